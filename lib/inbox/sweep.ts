// Events that never came (I5): /v1/events is read every few minutes from a little before the cursor, into the same inbox.
import { stopwatch } from '../clock.ts';
import { db } from '../db.ts';
import { findStanding } from '../deployment.ts';
import { AppError } from '../errors.ts';
import type { Ledger } from '../ledger.ts';
import { log } from '../log.ts';
import { startBackfill } from '../mirror/backfill.ts';
import { endpointOf, takePass } from '../mirror/budget.ts';
import { failureOf, NotNow } from '../mirror/failure.ts';
import { get, type Caller, type Query } from '../mirror/fetch.ts';
import { ledgersDue, release, take, type Taken } from '../mirror/lease.ts';
import { backoff, tempo } from '../mirror/tempo.ts';
import { isList } from '../mirror/unfold.ts';
import { wakeWorkers } from '../publish.ts';
import { envelopeOf, type Envelope } from './envelope.ts';

export type Swept = { readonly pages: number; readonly found: number; readonly relisted: boolean };

type SweepOptions = { readonly signal?: AbortSignal | undefined };

/** Every ledger whose sweep is due; none in a copy that serves another deployment. After a restore sweeping comes first. */
export async function sweepDue(options: SweepOptions & { readonly onAccessLost: (ledger: Ledger, error: unknown) => Promise<void> }): Promise<number> {
  let swept = 0;
  if ((await findStanding()) === 'restored_copy') return 0;
  for (const ledger of await ledgersDue('sweep')) {
    if (options.signal?.aborted) return swept;
    const [taken] = await db.as(ledger, (tx) => take(tx, ledger, 'sweep', [{ type: 'sweep', id: '' }]));
    if (!taken) continue;
    try {
      const { found } = await sweep(ledger, options);
      if (found > 0) log.info({ account: ledger.account, found }, 'the sweep brought events that had not come');
      await giveBack(ledger, taken, tempo().sweepEvery, false);
      swept += 1;
    } catch (error) {
      const kind = failureOf(error);
      await giveBack(ledger, taken, kind === 'not_now' ? 0 : backoff(4, tempo()), kind !== 'not_now');
      if (kind === 'access_lost') await options.onAccessLost(ledger, error);
      else if (kind !== 'not_now') log.warn({ err: error, account: ledger.account }, 'a sweep failed and will be tried again');
    }
  }
  return swept;
}

/** The cursor moves only when every page is kept. What Stripe itself could not deliver is asked for as well. */
export async function sweep(ledger: Ledger, options: SweepOptions = {}): Promise<Swept> {
  if ((await findStanding()) === 'restored_copy')
    throw new AppError('unprocessable', 'This database serves another deployment: nothing is swept into it until an owner decides (adopt-deployment).');
  const cursor = await cursorOf(ledger);
  const caller = callerOf(ledger, options.signal);
  const first = await pageOf(caller, cursor === null ? {} : { created: { gte: secondsOf(cursor) - overlap() } });
  const now = first.evidence.low.getTime();
  const relisted = cursor !== null && now - cursor.getTime() > tempo().eventsReach;
  // Never swept before: history comes by its lists, so only the last quarter of an hour is read.
  const reach = cursor === null ? now / 1000 - overlap() : -Infinity;
  let { pages, found } = await keepAll(caller, first, reach, () => false, cursor === null ? {} : { created: { gte: secondsOf(cursor) - overlap() } });
  // Undelivered ones older than the cursor: kept already as a rule, so reading ends at the first page that brings nothing.
  const undelivered: Query = { delivery_success: false, created: { gte: Math.floor(now / 1000) - RETRIED_FOR } };
  const missed = await keepAll(caller, await pageOf(caller, undelivered), reach, (brought) => brought === 0, undelivered);
  pages += missed.pages;
  found += missed.found;
  await db.as(ledger, async (tx) => {
    await tx.query(`UPDATE connection SET swept_to = GREATEST(swept_to, $5) WHERE workspace_id = $1 AND account = $2 AND livemode = $3 AND generation = $4`, [
      ledger.workspace,
      ledger.account,
      ledger.livemode,
      ledger.generation,
      first.evidence.low,
    ]);
    // Stripe keeps 30 days of events: what lies before them is found by listing everything again.
    if (relisted) await startBackfill(tx, ledger);
    if (found > 0) await wakeWorkers(tx);
  });
  return { pages, found, relisted };
}

/** Stripe itself tries for three days. */
const RETRIED_FOR = 3 * 86_400;

function overlap(): number {
  return tempo().sweepOverlap / 1000;
}

function secondsOf(date: Date): number {
  return Math.floor(date.getTime() / 1000);
}

type EventPage = {
  readonly events: readonly Record<string, unknown>[];
  readonly hasMore: boolean;
  readonly evidence: Awaited<ReturnType<typeof get>>['evidence'];
};

async function pageOf(caller: Caller, query: Query): Promise<EventPage> {
  const { body, evidence } = await get(caller, '/v1/events', { limit: 100, ...query }, 'page');
  if (!isList(body)) throw new Error('Stripe answered no list of events.');
  return { events: body.data as Record<string, unknown>[], hasMore: body.has_more === true && body.data.length > 0, evidence };
}

async function keepAll(
  caller: Caller,
  first: EventPage,
  reach: number,
  isEnough: (brought: number) => boolean,
  query: Query,
): Promise<{ pages: number; found: number }> {
  let found = 0;
  let pages = 0;
  for (let page: EventPage | null = first; page !== null; ) {
    const events: Record<string, unknown>[] = page.events.filter((event) => Number(event['created']) >= reach);
    const brought = await keep(caller.ledger, events);
    found += brought;
    pages += 1;
    const last: unknown = events.at(-1)?.['id'];
    const goOn: boolean = page.hasMore && events.length === page.events.length && !isEnough(brought) && typeof last === 'string';
    page = goOn ? await pageOf(caller, { ...query, starting_after: last as string }) : null;
  }
  return { pages, found };
}

/** An event already kept is left as it is: `deliveries` counts Stripe's own alone. */
async function keep(ledger: Ledger, events: readonly Record<string, unknown>[]): Promise<number> {
  // Listed as the account, an event need not name it; delivered, it does. One key for both.
  const rows = events.flatMap((event) => {
    const whole = { ...event, account: ledger.account };
    const envelope = envelopeOf(whole);
    if (envelope && envelope.livemode === ledger.livemode) return [{ ...envelope, body: JSON.stringify(whole) }];
    log.warn({ account: ledger.account, event: String(event['id']).slice(0, 60) }, 'a listed event could not be read');
    return [];
  });
  if (rows.length === 0) return 0;
  const column = (name: keyof Envelope | 'body') => rows.map((row) => row[name]);
  return db.routing((tx) =>
    tx.run(
      `INSERT INTO inbox (livemode, account, event_id, created, type, object_type, object_id, api_version, body, source, deliveries)
       SELECT $1, $2, e.id, to_timestamp(e.created), e.type, e.object_type, e.object_id, e.api_version, e.body, 'sweep', 0
         FROM unnest($3::text[], $4::float8[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[]) AS e(id, created, type, object_type, object_id, api_version, body)
       ON CONFLICT (livemode, account, event_id, created) DO NOTHING`,
      [
        ledger.livemode,
        ledger.account,
        column('id'),
        column('created'),
        column('type'),
        column('objectType'),
        column('objectId'),
        column('apiVersion'),
        column('body'),
      ],
    ),
  );
}

async function cursorOf(ledger: Ledger): Promise<Date | null> {
  const { swept_to } = await db.as(ledger, (tx) =>
    tx.one<{ swept_to: Date | null }>('SELECT swept_to FROM connection WHERE workspace_id = $1 AND account = $2 AND livemode = $3 AND generation = $4', [
      ledger.workspace,
      ledger.account,
      ledger.livemode,
      ledger.generation,
    ]),
  );
  return swept_to;
}

function callerOf(ledger: Ledger, signal: AbortSignal | undefined): Caller {
  return {
    ledger,
    purpose: 'mirror',
    before: async (path) => {
      // A sweep may be long; its pages are inserted idempotently, so an overtaken lease costs calls and nothing else.
      const since = stopwatch();
      const pass = await takePass(ledger, endpointOf(path), { waitMs: 10_000, routed: true, signal });
      if (!pass) throw new NotNow(`no token in ${since()} ms`);
      return pass;
    },
  };
}

async function giveBack(ledger: Ledger, taken: Taken, afterMs: number, failed: boolean): Promise<void> {
  await db.as(ledger, (tx) => release(tx, ledger, 'sweep', [taken], { afterMs, failed }));
}
