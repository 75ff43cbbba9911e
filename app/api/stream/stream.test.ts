import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { setRole, operator, removeMember } from '#lib/access/membership.ts';
import { findMerchantOf } from '#lib/access/merchant-of.ts';
import { endSessions, type Person } from '#lib/access/person.ts';
import { findSession, startSession } from '#lib/access/session-row.ts';
import { sleep, stopwatch } from '#lib/clock.ts';
import { closeDatabases, db } from '#lib/db.ts';
import { forgetEnv } from '#lib/env.ts';
import { AppError } from '#lib/errors.ts';
import type { Ledger } from '#lib/ledger.ts';
import type { Merchant, Workspace } from '#lib/merchant.ts';
import { closePrisma } from '#lib/prisma.ts';
import { publish } from '#lib/publish.ts';
import { asOwner, connectAccount, join } from '#tests/merchants.ts';
import { freshDatabase, type FreshDatabase } from '#tests/world.ts';
import { openStream } from './open.ts';

let urls: FreshDatabase;
let workspace: Workspace;
let ledger: Ledger;

beforeAll(async () => {
  urls = await freshDatabase();
  Object.assign(process.env, { DATABASE_URL: urls.appUrl, AUTH_SECRET: 'stream-test'.padEnd(40, '.') });
  delete process.env['DATABASE_DIRECT_URL'];
  forgetEnv();
  ({ workspace } = await join('owner'));
  ledger = await connectAccount(urls.ownerUrl, workspace, 'acct_own', false);
});

afterAll(async () => {
  await endListener();
  await closePrisma();
  await closeDatabases();
  await urls.drop();
});

describe('an open stream', () => {
  test('hears the first change of its own ledger at once and what follows in batches, ids only', async () => {
    const stream = await open(await viewer());
    const elapsed = stopwatch();
    await change(ledger, 'pi_1');
    await stream.until((ids) => ids.includes('pi_1'));
    expect(elapsed()).toBeLessThan(1_000);
    for (let index = 0; index < 20; index += 1) await change(ledger, `ch_${index}`);
    await stream.until((ids) => ids.includes('ch_19'));
    expect(stream.ids()).toEqual(['pi_1', ...Array.from({ length: 20 }, (_, index) => `ch_${index}`)]);
    expect(stream.batches()).toBeLessThan(22);
    expect(
      stream
        .text()
        .replaceAll(/^(retry: \d+|data: \{"ids":\[[^\]]*\]\}|:)?$/gm, '')
        .trim(),
    ).toBe('');
    stream.abort();
  });

  test('hears nothing of another workspace, mode or account, nor of payloads that are no change', async () => {
    const other = await join('owner');
    const foreign = await connectAccount(urls.ownerUrl, other.workspace, 'acct_foreign', false);
    const live = await connectAccount(urls.ownerUrl, workspace, 'acct_own', true);
    const stream = await open(await viewer());
    await change(foreign, 'pi_foreign');
    await change(live, 'pi_live');
    await asOwner(urls.ownerUrl, async (owner) => {
      const of = (change: unknown) =>
        owner.query(`SELECT pg_notify('counterpart_changed', $1)`, [typeof change === 'string' ? change : JSON.stringify(change)]);
      await of({ w: workspace.id, a: 'acct_former', l: false, ids: ['pi_former'] });
      for (const odd of [
        '',
        'x',
        'null',
        '[]',
        '{"w":1}',
        { w: workspace.id, a: 'acct_own', l: 'false', ids: ['pi_odd'] },
        { w: workspace.id, a: 'acct_own', l: false, ids: 'pi_odd' },
      ])
        await of(odd);
    });
    await change(ledger, 'pi_own');
    await stream.until((ids) => ids.includes('pi_own'));
    expect(stream.ids()).toEqual(['pi_own']);
    stream.abort();
  });

  test('ends when changes can no longer be heard, and a new one hears again', async () => {
    const stream = await open(await viewer());
    expect(await endListener()).toBe(1);
    await stream.end();
    const next = await open(await viewer());
    await change(ledger, 'pi_again');
    await next.until((ids) => ids.includes('pi_again'));
    next.abort();
  });

  test('shares one connection with all others of the process', async () => {
    const streams = await Promise.all(Array.from({ length: 20 }, async () => open(await viewer())));
    expect(await listeners()).toBe(1);
    for (const stream of streams) stream.abort();
  });
});

describe.concurrent('over time, an open stream', () => {
  test('begins to hear when an account is connected while it stands open', async () => {
    const fresh = await join('owner');
    const stream = await open(await merchantOf(fresh.person, fresh.workspace));
    const connected = await connectAccount(urls.ownerUrl, fresh.workspace, 'acct_late', false);
    await sleep(3_500);
    await change(connected, 'pi_late');
    await stream.until((ids) => ids.includes('pi_late'));
    stream.abort();
  });

  test('does not count as use of its session', async () => {
    const merchant = await viewer();
    await asOwner(urls.ownerUrl, (owner) =>
      owner.query(`UPDATE session SET last_used_at = now() - interval '20 minutes' WHERE id = $1`, [sessionOf(merchant)]),
    );
    const before = await lastUse(merchant);
    const stream = await open(merchant);
    await sleep(3_500);
    expect(stream.over()).toBe(false);
    expect(await lastUse(merchant)).toEqual(before);
    stream.abort();
  });

  const endings: [string, (merchant: Merchant, person: Person) => Promise<unknown>][] = [
    ['its session is ended', (merchant) => sql('UPDATE session SET ended_at = now() WHERE id = $1', [sessionOf(merchant)])],
    ['all sessions of the person are ended', (_, person) => endSessions(person)],
    ['the person is disabled', (_, person) => sql('UPDATE person SET disabled_at = now() WHERE id = $1', [person.id])],
    ['the role is changed', (_, person) => setRole(operator(workspace, 'test'), person.id, 'support')],
    ['the person leaves the workspace', (_, person) => removeMember(operator(workspace, 'test'), person.id)],
    ['the session is twelve hours old', (merchant) => sql(`UPDATE session SET created_at = now() - interval '12 hours' WHERE id = $1`, [sessionOf(merchant)])],
    [
      'nobody used the session for half an hour',
      (merchant) => sql(`UPDATE session SET last_used_at = now() - interval '31 minutes' WHERE id = $1`, [sessionOf(merchant)]),
    ],
  ];

  test.each(endings)('ends within five seconds when %s, and others stay open', async (_, act) => {
    const { person } = await join('viewer', workspace);
    const merchant = await merchantOf(person, workspace);
    const [ended, kept] = [await open(merchant), await open(await viewer())];
    const elapsed = stopwatch();
    await act(merchant, person);
    await ended.end();
    expect(elapsed()).toBeLessThan(5_000);
    expect(kept.over()).toBe(false);
    kept.abort();
  });
});

test('a session has eight streams at most, and an ended request makes room', async () => {
  const merchant = await viewer();
  const streams = await Promise.all(Array.from({ length: 8 }, () => open(merchant)));
  await expect(open(merchant)).rejects.toMatchObject({ code: 'rate_limited', status: 429 });
  streams[0]!.abort();
  const ninth = await open(merchant);
  for (const stream of [...streams, ninth]) stream.abort();
});

test('a database that cannot be listened to refuses the stream instead of leaving it silent', async () => {
  await endListener();
  process.env['DATABASE_DIRECT_URL'] = 'postgres://nobody:nothing@127.0.0.1:9/none';
  forgetEnv();
  try {
    await expect(open(await viewer())).rejects.toSatisfy((error) => error instanceof AppError && error.status === 503);
  } finally {
    delete process.env['DATABASE_DIRECT_URL'];
    forgetEnv();
  }
  const stream = await open(await viewer());
  stream.abort();
});

type Open = {
  ids: () => string[];
  batches: () => number;
  text: () => string;
  over: () => boolean;
  until: (seen: (ids: readonly string[]) => boolean) => Promise<void>;
  end: () => Promise<void>;
  abort: () => void;
};

async function open(merchant: Merchant): Promise<Open> {
  const controller = new AbortController();
  const response = await openStream(merchant, new Request('http://localhost/api/stream', { signal: controller.signal }));
  expect(response.headers.get('content-type')).toBe('text/event-stream');
  let text = '';
  let over = false;
  const reading = (async () => {
    const decoder = new TextDecoder();
    for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) text += decoder.decode(chunk, { stream: true });
    over = true;
  })();
  const data = () => [...text.matchAll(/^data: (.*)$/gm)].map((match) => (JSON.parse(match[1]!) as { ids: string[] }).ids);
  const until = async (seen: (ids: readonly string[]) => boolean) => {
    for (const elapsed = stopwatch(); !seen(data().flat()); await sleep(10)) if (elapsed() > 10_000) throw new Error(`Not heard: ${text}`);
  };
  return {
    ids: () => data().flat(),
    batches: () => data().length,
    text: () => text,
    over: () => over,
    until,
    end: () => reading,
    abort: () => controller.abort(),
  };
}

async function viewer(): Promise<Merchant> {
  const { person } = await join('viewer', workspace);
  return merchantOf(person, workspace);
}

async function merchantOf(person: Person, { slug }: Workspace): Promise<Merchant> {
  const signedIn = await findSession(await startSession(person.id, { ip: null, userAgent: null }), false);
  return (await findMerchantOf(signedIn!, slug, 'test'))!;
}

function sessionOf({ actor }: Merchant): string {
  return actor.kind === 'person' ? actor.session : randomUUID();
}

async function change(of: Ledger, id: string): Promise<void> {
  await db.as(of, (tx) => publish(tx, of, [id]));
}

async function sql(text: string, params: unknown[]): Promise<void> {
  await asOwner(urls.ownerUrl, (owner) => owner.query(text, params));
}

async function lastUse(merchant: Merchant): Promise<unknown> {
  return asOwner(urls.ownerUrl, async (owner) => (await owner.query('SELECT last_used_at FROM session WHERE id = $1', [sessionOf(merchant)])).rows);
}

async function listeners(): Promise<number> {
  return (await db.statement(`SELECT 1 FROM pg_stat_activity WHERE application_name = 'counterpart-stream' AND datname = current_database()`)).length;
}

/** As an administrator or a restart would. How many there were. */
async function endListener(): Promise<number> {
  const rows = await db.statement(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'counterpart-stream' AND datname = current_database()`,
  );
  await sleep(100);
  return rows.length;
}
