// A connection's life against the real database and the real sandbox (F14): the question, yes, no, silence, loss of access, and coming back.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ledgerOfAccount, ledgerOfRow } from '#lib/access/job.ts';
import { operator, setRole } from '#lib/access/membership.ts';
import { db } from '#lib/db.ts';
import { drain } from '#lib/inbox/drain.ts';
import type { Ledger } from '#lib/ledger.ts';
import { completeDue } from '#lib/perform/complete.ts';
import { comeBack, type Connecting, goOut, merchantOf, startConnecting, visit, type Visit } from '#tests/connecting.ts';
import { accessLost } from './access-lost.ts';
import { applyAccountEvent } from './account-events.ts';
import { findAttempt } from './attempt.ts';
import { confirm, decline } from './decide.ts';
import { nameHolder } from './holder.ts';
import { runConnectionJobs } from './jobs.ts';
import { findConnection } from './state.ts';

let world: Connecting;
let harbor: Visit;
let account: string;

beforeAll(async () => {
  world = await startConnecting();
});
afterAll(() => world?.stop());

beforeEach(async () => {
  harbor = await visit();
  account = await world.account();
  await world.control('DELETE', 'requests');
});

describe('a link that waits for its answer', () => {
  test('mirrors nothing, has no route and no ledger, and shows what Stripe says of the account', async () => {
    await world.control('POST', 'grant', { account });
    await link(harbor, account);
    expect(await stored()).toEqual({ backfill: 0, routes: 0, work: 0 });
    expect((await merchantOf(harbor)).ledger).toBeNull();
    expect(await connectionOf(harbor)).toMatchObject({
      state: 'awaiting_confirmation',
      generation: 1,
      givingBack: false,
      facts: { name: 'Harbor Weekly AS', country: 'NO' },
    });
  });

  test('keeps no token', async () => {
    await link(harbor, account);
    const rows = await world.owner(`SELECT c::text AS row FROM connection c`);
    const states = await world.routing(`SELECT o::text AS row FROM oauth_state o`);
    expect(JSON.stringify([rows, states])).not.toMatch(/sk_test|rt_|pk_test/);
  });

  test('"Yes, start" begins route and backfill, once for twenty clicks', async () => {
    await link(harbor, account);
    const merchant = await merchantOf(harbor);
    await Promise.all(Array.from({ length: 20 }, () => confirm(merchant, { account, generation: 1 })));
    expect(await connectionOf(harbor)).toMatchObject({ state: 'backfilling' });
    expect((await connectionOf(harbor))!.backfill.every((fact) => fact.state === 'waiting' && fact.rows === 0)).toBe(true);
    expect((await merchantOf(harbor)).ledger).toMatchObject({ account, generation: 1 });
    expect(await acts(harbor)).toEqual(['connection.asked', 'connection.linked', 'connection.confirmed']);
  });

  test('events that came meanwhile are kept, and handed on after the answer', async () => {
    await link(harbor, account);
    await world.heard(account, 'account.application.authorized');
    await world.asWorker(() => drain({}));
    expect(await inboxOf(account)).toEqual([{ type: 'account.application.authorized', state: 'unrouted' }]);
    await confirm(await merchantOf(harbor), { account, generation: 1 });
    await world.asWorker(async () => {
      await runConnectionJobs();
      await drain({});
    });
    expect(await inboxOf(account)).toEqual([{ type: 'account.application.authorized', state: 'done' }]);
  });

  test('an answer about another account or generation is refused', async () => {
    await link(harbor, account);
    const merchant = await merchantOf(harbor);
    for (const shown of [
      { account, generation: 2 },
      { account: 'acct_other', generation: 1 },
    ]) {
      await expect(confirm(merchant, shown)).rejects.toMatchObject({ code: 'changed' });
      await expect(decline(merchant, shown)).rejects.toMatchObject({ code: 'changed' });
    }
    const fjord = await visit();
    await expect(confirm(await merchantOf(fjord), { account, generation: 1 })).rejects.toMatchObject({ code: 'changed' });
    await expect(decline(await merchantOf(fjord), { account, generation: 1 })).rejects.toMatchObject({ code: 'changed' });
    expect(await deauthorized(account)).toBe(0);
  });

  test('support and viewer may not answer', async () => {
    await link(harbor, account);
    for (const role of ['support', 'viewer'] as const) {
      const merchant = await merchantOf(await visit(role, harbor.workspace));
      await expect(confirm(merchant, { account, generation: 1 })).rejects.toMatchObject({ code: 'forbidden' });
      await expect(decline(merchant, { account, generation: 1 })).rejects.toMatchObject({ code: 'forbidden' });
    }
    expect(await connectionOf(harbor)).toMatchObject({ state: 'awaiting_confirmation' });
  });
});

describe('"No, choose another"', () => {
  test('gives the access back once, mirrors nothing, and lets another account in', async () => {
    const attempt = await link(harbor, account);
    const merchant = await merchantOf(harbor);
    await Promise.all(Array.from({ length: 5 }, () => decline(merchant, { account, generation: 1 })));
    expect(await deauthorized(account)).toBe(1);
    expect(await granted(account)).toBe(false);
    expect(await stored()).toEqual({ backfill: 0, routes: 0, work: 0 });
    expect(await connectionOf(harbor)).toBeNull();
    expect((await findAttempt(visitorOf(harbor), attempt))?.outcome).toBe('disconnected');
    await expect(confirm(merchant, { account, generation: 1 })).rejects.toMatchObject({ code: 'changed' });
    await link(harbor, await world.account());
    expect(await acts(harbor)).toEqual([
      'connection.asked',
      'connection.linked',
      'connection.declined',
      'deauthorization.asked',
      ...(await acts(harbor)).slice(4, -3),
      'connection.disconnected',
      'connection.asked',
      'connection.linked',
    ]);
  });

  test('against "Yes" at the same moment: one of the two, whole', async () => {
    await link(harbor, account);
    const merchant = await merchantOf(harbor);
    const shown = { account, generation: 1 };
    await Promise.allSettled([confirm(merchant, shown), decline(merchant, shown), confirm(merchant, shown), decline(merchant, shown)]);
    const state = (await connectionOf(harbor))?.state ?? 'disconnected';
    expect([state, await deauthorized(account)]).toEqual(state === 'backfilling' ? ['backfilling', 0] : ['disconnected', 1]);
  });

  test('counts as done when Stripe has ended the access already', async () => {
    await link(harbor, account);
    await world.control('POST', 'revoke', { account, livemode: false });
    await decline(await merchantOf(harbor), { account, generation: 1 });
    expect(await connectionOf(harbor)).toBeNull();
  });
});

describe('an answer of Stripe’s that is lost', () => {
  test.each(['reset_after', 'reset_before', 'error_500'])('at the exchange (%s): no link, no second try, and it can be begun again', async (kind) => {
    await world.control('POST', 'faults', { kind, times: 1, match: 'POST /oauth/token' });
    const answer = await comeBack(await goOut(harbor), harbor.signedIn, { code: await world.code(account) });
    expect(answer).toMatchObject({ outcome: 'failed', detail: 'no_answer' });
    expect(await fired(kind)).toBe(1);
    expect(await world.requests({ path: '/oauth/token' })).toHaveLength(1);
    expect(await connectionOf(harbor)).toBeNull();
    await link(harbor, account);
  });

  test.each(['reset_after', 'reset_before', 'error_500'])('at "No" (%s): it ends as done all the same', async (kind) => {
    await link(harbor, account);
    await world.control('POST', 'faults', { kind, times: 1, match: 'POST /oauth/deauthorize' });
    await decline(await merchantOf(harbor), { account, generation: 1 });
    expect(await fired(kind)).toBe(1);
    for (let tries = 0; (await connectionOf(harbor)) !== null; tries += 1) {
      expect(tries).toBeLessThan(40);
      await world.routing(`UPDATE oauth_state SET decided_at = decided_at - interval '16 s' WHERE account = $1`, [account]);
      await world.routing(`UPDATE work SET not_before = now() - interval '1 s', lease_until = NULL WHERE account = $1 AND kind = 'op'`, [account]);
      await world.asWorker(async () => {
        await completeDue({ onAccessLost: accessLost });
        await runConnectionJobs();
      });
    }
    expect(await granted(account)).toBe(false);
  });
});

test('24 hours of silence give the access back once, with any number of workers', async () => {
  await link(harbor, account);
  const early = await visit();
  const other = await world.account();
  await link(early, other);
  await world.routing(`UPDATE oauth_state SET used_at = used_at - interval '24 hours' WHERE account = $1`, [account]);
  await world.asWorker(() => Promise.all([runConnectionJobs(), runConnectionJobs(), runConnectionJobs()]));
  expect(await deauthorized(account)).toBe(1);
  expect(await connectionOf(harbor)).toBeNull();
  expect(await stored()).toEqual({ backfill: 0, routes: 0, work: 0 });
  expect(await acts(harbor)).toContain('connection.lapsed');
  expect([await deauthorized(other), (await connectionOf(early))?.state]).toEqual([0, 'awaiting_confirmation']);
});

describe('an account that another workspace holds', () => {
  test.each(['before its answer', 'connected'])('is refused without a deauthorise call, and its holder is told: %s', async (how) => {
    await link(harbor, account);
    if (how === 'connected') await confirm(await merchantOf(harbor), { account, generation: 1 });
    const { now: _then, ...before } = (await connectionOf(harbor))!;
    const fjord = await visit();
    for (let tries = 0; tries < 2; tries += 1) {
      const answer = await comeBack(await goOut(fjord), fjord.signedIn, { code: await world.code(account) });
      expect(answer).toMatchObject({ outcome: 'held_elsewhere', account });
    }
    expect(await deauthorized(account)).toBe(0);
    expect(await granted(account)).toBe(true);
    expect(await connectionOf(fjord)).toBeNull();
    expect(await connectionOf(harbor)).toMatchObject(before);
    expect(await mails(account)).toEqual([{ to_email: harbor.person.email, template: 'account_claimed' }]);
    expect(await nameHolder(account, false, fjord.person.id)).toBeNull();
    await setRole(operator(harbor.workspace, 'test'), fjord.person.id, 'viewer');
    expect(await nameHolder(account, false, fjord.person.id)).toMatchObject({ name: harbor.workspace.name });
  });

  test('is held in one mode only', async () => {
    await link(harbor, account);
    const fjord = await visit();
    const out = await goOut(fjord, { mode: 'live' });
    expect((await comeBack(out, fjord.signedIn, { code: await world.code(account, { livemode: true }) }))?.outcome).toBe('awaiting_confirmation');
    expect((await connectionOf(fjord, 'live'))?.state).toBe('awaiting_confirmation');
  });

  test('two workspaces at the same moment: one gets it', async () => {
    const fjord = await visit();
    const both = [harbor, fjord];
    const outs = await Promise.all(both.map((who) => goOut(who)));
    const codes = await Promise.all(both.map(() => world.code(account)));
    const answers = await Promise.all(both.map((who, at) => comeBack(outs[at]!, who.signedIn, { code: codes[at]! })));
    expect(answers.map((answer) => answer?.outcome).sort((a, b) => String(a).localeCompare(String(b)))).toEqual(['awaiting_confirmation', 'held_elsewhere']);
    expect(await deauthorized(account)).toBe(0);
  });
});

describe('access that ends at Stripe', () => {
  test('suspends by its event in one transaction, and one probe makes it revoked', async () => {
    const ledger = await connect(harbor, account);
    await world.control('POST', 'revoke', { account, livemode: false });
    await world.heard(account, 'account.application.deauthorized');
    await world.control('DELETE', 'requests');
    await world.asWorker(() => drain({}));
    expect(await connectionOf(harbor)).toMatchObject({ state: 'suspended' });
    expect(await world.routing('SELECT paused FROM account_route WHERE account = $1', [account])).toEqual([{ paused: true }]);
    await world.asWorker(() => Promise.all([runConnectionJobs(), runConnectionJobs(), runConnectionJobs()]));
    expect(await connectionOf(harbor)).toMatchObject({ state: 'revoked' });
    expect(await callsAs(account)).toBe(1);
    expect(await world.routing('SELECT 1 FROM account_route WHERE account = $1', [account])).toEqual([]);
    expect((await acts(harbor)).slice(-2)).toEqual(['connection.suspended', 'connection.revoked']);
    expect((await merchantOf(harbor)).ledger).toMatchObject({ account, generation: ledger.generation });
  });

  test('is found by failing calls when the event is lost: at most three calls, however many fail at once', async () => {
    const ledger = await connect(harbor, account);
    await world.control('POST', 'revoke', { account, livemode: false });
    await world.control('DELETE', 'requests');
    await Promise.all(Array.from({ length: 20 }, () => accessLost(ledger, 'account_invalid')));
    expect(await connectionOf(harbor)).toMatchObject({ state: 'revoked' });
    expect(await callsAs(account)).toBeLessThanOrEqual(3);
  });

  test('was a false alarm: the probe is answered and it goes on where it was', async () => {
    const ledger = await connect(harbor, account);
    await accessLost(ledger, 'account_invalid');
    expect(await connectionOf(harbor)).toMatchObject({ state: 'backfilling' });
    await world.owner(`UPDATE connection SET state = 'live', live_at = now() WHERE account = $1`, [account]);
    await accessLost(ledger, 'account_invalid');
    expect(await connectionOf(harbor)).toMatchObject({ state: 'live' });
    expect(await world.routing('SELECT paused FROM account_route WHERE account = $1', [account])).toEqual([{ paused: false }]);
  });

  test('a process that died between its refused call and saying so: the paused route is found, and the account probed', async () => {
    await connect(harbor, account);
    await world.routing('UPDATE account_route SET paused = true WHERE account = $1', [account]);
    await world.asWorker(runConnectionJobs);
    expect(await connectionOf(harbor)).toMatchObject({ state: 'backfilling' });
    expect(await world.routing('SELECT paused FROM account_route WHERE account = $1', [account])).toEqual([{ paused: false }]);
    expect((await acts(harbor)).slice(-2)).toEqual(['connection.suspended', 'connection.resumed']);
  });

  test('a probe without an answer leaves it suspended, and the next is not due at once', async () => {
    const ledger = await connect(harbor, account);
    await world.control('POST', 'faults', { kind: 'error_500', times: 1, match: 'GET /v1/account' });
    await accessLost(ledger, 'account_invalid');
    expect(await fired('error_500')).toBe(1);
    expect(await connectionOf(harbor)).toMatchObject({ state: 'suspended' });
    await world.control('DELETE', 'requests');
    await world.asWorker(async () => {
      await runConnectionJobs();
      await runConnectionJobs();
    });
    expect(await callsAs(account)).toBe(0);
    await world.owner(`UPDATE connection SET probed_at = probed_at - interval '61 s' WHERE account = $1`, [account]);
    await world.asWorker(runConnectionJobs);
    expect(await connectionOf(harbor)).toMatchObject({ state: 'backfilling' });
  });

  test('a platform key that Stripe refuses revokes nobody', async () => {
    const ledger = await connect(harbor, account);
    const { STRIPE_TEST_SECRET_KEY: key } = process.env;
    await withKey('sk_test_someoneelse', () => accessLost(ledger, 'api_key_expired'));
    expect(process.env['STRIPE_TEST_SECRET_KEY']).toBe(key);
    expect(await connectionOf(harbor)).toMatchObject({ state: 'suspended' });
  });

  test('a late deauthorise of an older generation does not end the one after it', async () => {
    const first = await connect(harbor, account);
    await world.control('POST', 'revoke', { account, livemode: false });
    await accessLost(first, 'account_invalid');
    const second = await connect(harbor, account, 2);
    expect(second.generation).toBe(2);
    const late = { type: 'account.application.deauthorized', created: 1, data: { object: { id: 'ca_connecttest', object: 'application' } } };
    await db.as(second, (tx) => applyAccountEvent(tx, second, late));
    expect(await connectionOf(harbor)).toMatchObject({ state: 'suspended' });
    await world.asWorker(runConnectionJobs);
    expect(await connectionOf(harbor)).toMatchObject({ state: 'backfilling', generation: 2 });
    await db.as(first, (tx) => applyAccountEvent(tx, first, late));
    expect(await connectionOf(harbor)).toMatchObject({ state: 'backfilling', generation: 2 });
  });

  test('in another workspace or generation it moves nothing', async () => {
    await connect(harbor, account);
    const foreign = ledgerOfRow({ workspace_id: (await visit()).workspace.id, account, livemode: false, generation: 1 });
    await accessLost(foreign, 'account_invalid');
    await accessLost(ledgerOfRow({ workspace_id: harbor.workspace.id, account, livemode: true, generation: 1 }), 'account_invalid');
    expect(await connectionOf(harbor)).toMatchObject({ state: 'backfilling' });
  });
});

test('two people of a workspace who approve different accounts at the same moment: one link, and the other account is let alone', async () => {
  const admin = await visit('admin', harbor.workspace);
  const other = await world.account();
  const outs = [await goOut(harbor), await goOut(admin)] as const;
  const answers = [
    await comeBack(outs[0], harbor.signedIn, { code: await world.code(account) }),
    await comeBack(outs[1], admin.signedIn, { code: await world.code(other) }),
  ];
  expect(answers.map((answer) => [answer?.outcome, answer?.detail])).toEqual([
    ['awaiting_confirmation', null],
    ['failed', 'connected_meanwhile'],
  ]);
  expect(await connectionOf(harbor)).toMatchObject({ account });
  expect(await deauthorized(other)).toBe(0);
});

test('another account after the end is a ledger of its own; the former one’s rows stay', async () => {
  const first = await connect(harbor, account);
  await world.control('POST', 'revoke', { account, livemode: false });
  await accessLost(first, 'account_invalid');
  const other = await world.account('Fjord Post AS');
  expect(await connect(harbor, other)).toMatchObject({ account: other, generation: 1 });
  expect(await world.owner('SELECT account, state FROM connection WHERE workspace_id = $1 ORDER BY created_at', [harbor.workspace.id])).toEqual([
    { account, state: 'revoked' },
    { account: other, state: 'backfilling' },
  ]);
});

test('facts of the account follow its events, and an older event does not turn them back', async () => {
  const ledger = await connect(harbor, account);
  const event = (created: number, charges_enabled: boolean) => ({
    type: 'account.updated',
    created,
    data: { object: { id: account, object: 'account', charges_enabled, country: 'NO', business_profile: { name: 'Harbor Weekly AS' } } },
  });
  const now = Math.floor(Date.now() / 1000) + 60;
  await db.as(ledger, (tx) => applyAccountEvent(tx, ledger, event(now, false)));
  await db.as(ledger, (tx) => applyAccountEvent(tx, ledger, event(now - 30, true)));
  expect((await connectionOf(harbor))?.facts).toMatchObject({ charges_enabled: false, name: 'Harbor Weekly AS' });
});

async function link(who: Visit, id: string): Promise<string> {
  const answer = await comeBack(await goOut(who), who.signedIn, { code: await world.code(id) });
  expect(answer?.outcome).toBe('awaiting_confirmation');
  return answer!.id;
}

async function connect(who: Visit, id: string, generation = 1): Promise<Ledger> {
  await link(who, id);
  await confirm(await merchantOf(who), { account: id, generation });
  return (await db.routing((tx) => ledgerOfAccount(tx, id, false)))!;
}

async function connectionOf(who: Visit, mode = 'test') {
  return findConnection(await merchantOf(who, mode));
}

function visitorOf(who: Visit) {
  return { person: who.person.id, session: who.signedIn.session };
}

/** What exists of this test's account beside the link itself. */
async function stored(): Promise<Record<string, number>> {
  const count = async (table: string, rows: Promise<unknown[]>) => [table, (await rows).length] as const;
  return Object.fromEntries(
    await Promise.all([
      count('backfill', world.owner('SELECT 1 FROM backfill WHERE account = $1', [account])),
      count('routes', world.routing('SELECT 1 FROM account_route WHERE account = $1', [account])),
      count('work', world.routing(`SELECT 1 FROM work WHERE account = $1 AND kind <> 'op'`, [account])),
    ]),
  );
}

async function acts(who: Visit): Promise<string[]> {
  const rows = await world.owner<{ act: string }>(`SELECT body->>'act' AS act FROM audit_entry WHERE workspace_id = $1 ORDER BY seq`, [who.workspace.id]);
  return rows.map((row) => row.act).filter((act) => /^(connection|deauthorization)\./.test(act));
}

function inboxOf(id: string) {
  return world.asWorker(() => db.routing((tx) => tx.query('SELECT type, state FROM inbox WHERE account = $1', [id])));
}

function mails(id: string) {
  return world.routing(`SELECT to_email, template FROM mail WHERE params->>'account' = $1`, [id]);
}

async function deauthorized(id: string): Promise<number> {
  return (await world.requests({ path: '/oauth/deauthorize', account: id })).filter((call) => call.status === 200).length;
}

async function fired(kind: string): Promise<number> {
  const faults = await world.control<{ kind: string; fired: number }[]>('GET', 'faults');
  await world.control('DELETE', 'faults');
  return faults.find((fault) => fault.kind === kind)?.fired ?? 0;
}

async function callsAs(id: string): Promise<number> {
  return (await world.requests({ path: '/v1/', account: id })).length;
}

async function granted(id: string): Promise<boolean> {
  return (await world.control<{ id: string; connected: boolean }[]>('GET', 'accounts')).find((one) => one.id === id)!.connected;
}

async function withKey(key: string, work: () => Promise<void>): Promise<void> {
  const { forgetEnv } = await import('../env.ts');
  const former = process.env['STRIPE_TEST_SECRET_KEY'];
  try {
    process.env['STRIPE_TEST_SECRET_KEY'] = key;
    forgetEnv();
    await work();
  } finally {
    process.env['STRIPE_TEST_SECRET_KEY'] = former;
    forgetEnv();
  }
}
