// Refetches what is owed: taken under a lease, fetched outside any transaction and within the rate budget, written under its fence (INVARIANTS §2.3).
import { sleep, stopwatch } from '../clock.ts';
import { entryOf, findEntry } from '../catalogue/index.ts';
import { db } from '../db.ts';
import { AppError } from '../errors.ts';
import type { Ledger } from '../ledger.ts';
import { log } from '../log.ts';
import { endpointOf, holdCalls, takePass } from './budget.ts';
import { companionsOf, listOf } from './companions.ts';
import { confirmByPages } from './confirm-by-pages.ts';
import { failureOf, NotNow } from './failure.ts';
import { expandRows, getObject, getPage, restOf, type Caller } from './fetch.ts';
import { keysOf, ledgersDue, take, type Taken } from './lease.ts';
import { foundMissing } from './missing.ts';
import { keyOf, markOwed, owable, type Ref } from './owe.ts';
import { giveBack, payWith, type Brought } from './pay.ts';
import { planJobs, type Job } from './plan.ts';
import { backoff, tempo } from './tempo.ts';

export type ConfirmOptions = {
  /** Stripe no longer answers for this account (I9). */
  readonly onAccessLost: (ledger: Ledger, error: unknown) => Promise<void>;
  readonly signal?: AbortSignal | undefined;
};

/** One pass over every ledger with due work; answers how many refs were paid. Several may run at once, in one process or many. */
export async function confirmOwed(options: ConfirmOptions): Promise<number> {
  let paid = 0;
  for (const ledger of await ledgersDue('object')) {
    const name = nameOf(ledger);
    if (options.signal?.aborted || busy.has(name)) continue;
    busy.add(name);
    try {
      paid += await confirmLedger(ledger, options);
    } finally {
      busy.delete(name);
    }
  }
  return paid;
}

/** Ledgers that a pass of this process is at: a hanging account holds up one pass, not all. */
const busy = new Set<string>();

/** Calls begun in one round of one ledger: about two seconds of its budget. */
const JOBS_PER_ROUND = 24;
const AT_ONCE = 3;
/** Due rows looked at together, so that companions and crowds of one type are seen. */
const LOOK = 600;

/** For people and operations that wait: fetched inline, ahead of every lease and budget. Throws when it cannot be had. */
export async function confirmNow(ledger: Ledger, refs: readonly Ref[]): Promise<void> {
  const caller: Caller = { ledger, purpose: 'interactive', before: async () => null };
  let open = owable(refs);
  try {
    // An event applied during the fetch voids it: what it brought may be the older copy.
    for (let round = 0; round < ROUNDS && open.length > 0; round += 1) open = await fetchNow(caller, open);
  } catch (error) {
    if (failureOf(error) === 'missing') throw new AppError('not_found', 'Stripe no longer has this object.', { cause: error });
    if (failureOf(error) === 'ours') throw error;
    throw new AppError('stripe_unavailable', 'Stripe did not answer.', { cause: error });
  }
  if (open.length > 0) throw new AppError('stripe_unavailable', 'The object keeps changing at Stripe.');
}

const ROUNDS = 4;

/** Answers what is still open. */
async function fetchNow(caller: Caller, sought: readonly Ref[]): Promise<Ref[]> {
  const { ledger } = caller;
  const { taken, jobs } = await db.as(ledger, async (tx) => {
    await markOwed(tx, ledger, sought, { soon: true });
    return { taken: await take(tx, ledger, 'object', sought, { force: true }), jobs: planJobs(sought, await companionsOf(tx, ledger, sought)) };
  });
  const paid = new Set<string>();
  try {
    for (const root of jobs.flatMap((job) => job.roots))
      if (!paid.has(keyOf(root))) for (const one of await fetchOne(caller, root, taken)) paid.add(keyOf(one));
    const open = sought.filter((ref) => !paid.has(keyOf(ref)));
    // What was expected beside another object and did not come with it is asked for by itself.
    const roots = keysOf(jobs.flatMap((job) => job.roots));
    for (const ref of open) if (!roots.has(keyOf(ref))) for (const one of await fetchOne(caller, ref, taken)) paid.add(keyOf(one));
    return sought.filter((ref) => !paid.has(keyOf(ref)));
  } finally {
    await giveBack(
      ledger,
      taken.filter((one) => !paid.has(keyOf(one))),
    );
  }
}

async function confirmLedger(ledger: Ledger, options: ConfirmOptions): Promise<number> {
  const since = stopwatch();
  const jobs = await takeJobs(ledger);
  let paid = 0;
  let lost = false;
  const caller = pacedCaller(ledger, since, () => lost || options.signal?.aborted === true, options.signal);
  await inLanes(jobs, AT_ONCE, async ({ job, taken }) => {
    try {
      const result = job.how === 'pages' ? await confirmByPages(caller, job, taken) : await fetchOne(caller, job.roots[0]!, taken);
      paid += result.length;
      const settled = keysOf(result);
      await giveBack(
        ledger,
        taken.filter((one) => !settled.has(keyOf(one))),
      );
    } catch (error) {
      if (failureOf(error) === 'access_lost') {
        const first = !lost;
        lost = true;
        await giveBack(ledger, taken, { afterMs: tempo().backoffMost });
        if (first) await options.onAccessLost(ledger, error);
        return;
      }
      await failed(caller, job, taken, error);
    }
  });
  return paid;
}

/** Leases for one round, companions of one fetch together. What another holds is left out; a job without its root is given back. */
async function takeJobs(ledger: Ledger): Promise<{ job: Job; taken: Taken[] }[]> {
  return db.as(ledger, async (tx) => {
    const due = await tx.query<Ref>(
      `SELECT type, id FROM work WHERE kind = 'object' AND account = $2 AND livemode = $3 AND workspace_id = $1 AND dirty_seq > clean_seq
         AND not_before <= clock_timestamp() AND (lease_until IS NULL OR lease_until < clock_timestamp()) ORDER BY not_before LIMIT $4`,
      [ledger.workspace, ledger.account, ledger.livemode, LOOK],
    );
    const known = due.filter((ref) => findEntry(ref.type));
    const jobs = planJobs(known, await companionsOf(tx, ledger, known)).slice(0, JOBS_PER_ROUND);
    const held = new Map(
      (
        await take(
          tx,
          ledger,
          'object',
          jobs.flatMap((job) => [...job.roots, ...job.with]),
        )
      ).map((one) => [keyOf(one), one]),
    );
    const of = (refs: readonly Ref[]) => refs.map((ref) => held.get(keyOf(ref))).filter((one) => one !== undefined);
    return jobs
      .map((job) => ({ job: { ...job, roots: of(job.roots) }, taken: [...of(job.roots), ...of(job.with)] }))
      .filter(({ job, taken }) => job.roots.length > 0 || taken.length > 0)
      .map((one) => (one.job.roots.length > 0 ? one : { ...one, job: { ...one.job, how: 'one' as const, roots: one.taken.slice(0, 1) } }));
  });
}

/** One object, or one list to its end, with everything it brings. */
async function fetchOne(caller: Caller, root: Ref, taken: readonly Taken[]): Promise<Taken[]> {
  const entry = entryOf(root.type);
  const list = listOf(root);
  if (!list) return payWith(caller.ledger, taken, [await getObject(caller, entry, root.id)]);
  const brought: Brought[] = [];
  let after: string | null = null;
  do {
    const page = await getPage(caller, entry, { [list.param]: list.value, starting_after: after, expand: expandRows(entry) }, 'fetch');
    for (const object of page.objects) brought.push({ object, evidence: page.evidence, rest: await restOf(caller, object) });
    after = page.hasMore ? page.objects.at(-1)!.id : null;
  } while (after !== null);
  return payWith(caller.ledger, taken, brought, [root]);
}

/** Every call waits for its token, and none starts so late that it could outlive the lease. */
export function pacedCaller(ledger: Ledger, since: () => number, stopped: () => boolean, signal?: AbortSignal): Caller {
  return {
    ledger,
    purpose: 'mirror',
    before: async (path) => {
      const left = tempo().leaseMargin - since();
      if (stopped() || left <= 0) throw new NotNow();
      const pass = await takePass(ledger, endpointOf(path), { waitMs: left, routed: true, signal });
      if (!pass) throw new NotNow();
      return pass;
    },
  };
}

async function failed(caller: Caller, job: Job, taken: readonly Taken[], error: unknown): Promise<void> {
  const { ledger } = caller;
  const kind = failureOf(error);
  if (kind === 'not_now') return giveBack(ledger, taken);
  const root = taken.find((one) => job.roots.some((ref) => keyOf(ref) === keyOf(one)));
  if (kind === 'missing' && root && job.how === 'one') {
    await giveBack(
      ledger,
      taken.filter((one) => one !== root),
    );
    return foundMissing(caller, root).catch((again: unknown) => failed(caller, job, [root], again));
  }
  const tries = root ? await triesOf(ledger, root) : 0;
  const wait = tries >= TRIES_BEFORE_REST ? tempo().backoffMost * 10 : backoff(tries, tempo());
  if (kind === 'too_fast') await holdCalls(ledger, wait);
  log[kind === 'ours' ? 'error' : 'warn'](
    { err: error, account: ledger.account, type: root?.type, id: root?.id, tries },
    'a refetch failed and will be tried again',
  );
  await giveBack(ledger, taken, { afterMs: wait, failed: true });
}

function nameOf(ledger: Ledger): string {
  return `${ledger.account} ${ledger.livemode}`;
}

/** After so many failures a row is tried at a slow, steady pace: it stays owed and counted, and costs little. */
const TRIES_BEFORE_REST = 10;

async function triesOf(ledger: Ledger, { type, id }: Ref): Promise<number> {
  const row = await db.as(ledger, (tx) =>
    tx.maybe<{ tries: number }>(
      `SELECT tries FROM work WHERE workspace_id = $1 AND account = $2 AND livemode = $3 AND kind = 'object' AND type = $4 AND id = $5`,
      [ledger.workspace, ledger.account, ledger.livemode, type, id],
    ),
  );
  return row?.tries ?? 0;
}

async function inLanes<T>(items: readonly T[], lanes: number, work: (item: T) => Promise<void>): Promise<void> {
  const queue = items.values();
  await Promise.all(
    Array.from({ length: lanes }, async () => {
      for (const item of queue) await work(item);
    }),
  );
}

/** Until nothing due is left, for commands and tests. */
export async function confirmAll(options: ConfirmOptions): Promise<void> {
  while ((await ledgersDue('object')).length > 0) {
    if ((await confirmOwed(options)) === 0) await sleep(tempo().poll / 4, options.signal);
    if (options.signal?.aborted) return;
  }
}
