// The breaker that all workers share: what opens it, that one call alone finds out whether Stripe is back, and that old news counts for nothing.
import Stripe from 'stripe';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Ledger } from '#lib/ledger.ts';
import { throughBreaker, type Pass } from '#lib/mirror/breaker.ts';
import { takePass } from '#lib/mirror/budget.ts';
import { ledgersDue } from '#lib/mirror/lease.ts';
import { markOwed } from '#lib/mirror/owe.ts';
import { openGround, type Ground } from './ground.ts';

let ground: Ground;
let ledger: Ledger;
beforeAll(async () => (ground = await openGround({ TIME_FACTOR: '0.1', CALL_RATE_FACTOR: '100' })));
afterAll(() => ground?.close());
let count = 0;
beforeEach(async () => (ledger = await ground.connect(`acct_breaker${(count += 1)}`)));

const down = new Stripe.errors.StripeConnectionError({ message: 'no answer', type: 'api_error' });
const refused = new Stripe.errors.StripeInvalidRequestError({ message: 'no such thing', type: 'invalid_request_error', statusCode: 404 } as never);
const ask = () => takePass(ledger, 'customers', { waitMs: 0 });
/** Whether a call may begin: its place is given back at once, and the breaker hears nothing of it. */
const may = async (pass = ask()) => {
  const got = await pass;
  if (got) await throughBreaker(ledger, { ...got, watched: false }, async () => {});
  return got !== null;
};
const fail = (pass: Pass, error: Error = down) => throughBreaker(ledger, pass, () => Promise.reject(error)).catch(() => {});
const answer = (pass: Pass) => throughBreaker(ledger, pass, async () => {});
const state = async () =>
  (await ground.owner.query(`SELECT open_until IS NOT NULL AS open, openings FROM rate_bucket WHERE account = $1 AND endpoint = ''`, [ledger.account])).rows[0];
const letTimePass = () =>
  ground.owner.query(
    `UPDATE rate_bucket SET open_until = clock_timestamp() - interval '1 ms', refilled_at = refilled_at - interval '1 minute' WHERE account = $1`,
    [ledger.account],
  );

async function open(): Promise<Pass> {
  const first = (await ask())!;
  for (let index = 0; index < 3; index += 1) await fail(first);
  expect(await state()).toEqual({ open: true, openings: 1 });
  return first;
}

test('three calls in a row without an answer open it: no call is let through, and the account has no work due', async () => {
  await ground.worker.as(ledger, (tx) => markOwed(tx, ledger, [{ type: 'customer', id: 'cus_one' }], { soon: true }));
  const due = async () => (await ledgersDue('object')).some((one) => one.account === ledger.account);
  expect(await due()).toBe(true);
  await open();
  expect([await ask(), await takePass(ledger, 'customers', { waitMs: 60_000 }), await due()]).toEqual([null, null, false]);
  await letTimePass();
  expect(await due()).toBe(true);
});

test('other accounts and the other mode are not held', async () => {
  await open();
  const other = await ground.connect('acct_calm');
  expect(await takePass(other, 'customers', { waitMs: 0 })).not.toBeNull();
  expect(await takePass(await ground.connect(ledger.account, { livemode: true }), 'customers', { waitMs: 0 })).not.toBeNull();
});

test('half-open: of forty that ask at once one is let through', async () => {
  await open();
  await letTimePass();
  const passes = await Promise.all(Array.from({ length: 40 }, ask));
  expect(passes.filter((pass) => pass !== null)).toHaveLength(1);
  await answer(passes.find((pass) => pass !== null)!);
  expect(await state()).toEqual({ open: false, openings: 0 });
  expect(await may()).toBe(true);
});

test('the one call fails: it opens anew, for twice as long', async () => {
  await open();
  const spans: number[] = [];
  for (let opening = 2; opening <= 4; opening += 1) {
    await letTimePass();
    await fail((await ask())!);
    expect(await state()).toEqual({ open: true, openings: opening });
    const { rows } = await ground.owner.query(
      `SELECT extract(epoch FROM open_until - troubled_at)::float8 * 1000 AS ms FROM rate_bucket WHERE account = $1 AND endpoint = ''`,
      [ledger.account],
    );
    spans.push(Math.log2(rows[0].ms / 200));
  }
  for (const [index, span] of spans.entries()) {
    expect(span).toBeGreaterThanOrEqual(index + 1 - 0.05);
    expect(span).toBeLessThan(index + 1.4);
  }
});

test('an answer to a call begun before it opened neither closes it nor opens it again', async () => {
  const before = await open();
  await answer({ ...before, watched: true });
  expect(await state()).toEqual({ open: true, openings: 1 });
  await letTimePass();
  const one = (await ask())!;
  await fail(before);
  expect(await state()).toEqual({ open: true, openings: 1 });
  await answer(one);
  await fail(before);
  expect(await state()).toEqual({ open: false, openings: 0 });
});

test('the process of the one call dies: another is let through after its time', async () => {
  await open();
  await letTimePass();
  const dead = (await ask())!;
  expect(await ask()).toBeNull();
  dead.leave();
  await letTimePass();
  expect(await ask()).not.toBeNull();
});

test('a refusal is an answer, and failures far apart or among good answers open nothing', async () => {
  const pass = (await ask())!;
  for (let index = 0; index < 8; index += 1) await fail(pass, refused);
  expect(await state()).toEqual({ open: false, openings: 0 });
  for (let index = 0; index < 24; index += 1) await (index % 4 === 0 ? fail(pass) : answer({ ...pass, watched: true }));
  expect(await state()).toEqual({ open: false, openings: 0 });
  await ground.owner.query(`UPDATE rate_bucket SET trouble = 0 WHERE account = $1`, [ledger.account]);
  for (let index = 0; index < 8; index += 1) {
    await fail(pass);
    await ground.owner.query(`UPDATE rate_bucket SET troubled_at = troubled_at - interval '10 s' WHERE account = $1`, [ledger.account]);
  }
  expect(await state()).toEqual({ open: false, openings: 0 });
});

test('a route that is paused, ended or of another generation lets no call of the mirror through; what is no call of the mirror may still ask', async () => {
  const routed = () => may(takePass(ledger, 'customers', { waitMs: 0, routed: true }));
  const change = (set: string) => ground.owner.query(`UPDATE account_route SET ${set} WHERE account = $1`, [ledger.account]);
  expect(await routed()).toBe(true);
  for (const [set, back] of [
    ['paused = true', 'paused = false'],
    ['generation = 2', 'generation = 1'],
  ] as const) {
    await change(set);
    expect([await routed(), await may()]).toEqual([false, true]);
    await change(back);
    expect(await routed()).toBe(true);
  }
  await ground.owner.query('DELETE FROM account_route WHERE account = $1', [ledger.account]);
  expect(await routed()).toBe(false);
});

test('two calls are under way at once and no more, whoever asks; one that never ends counts no longer after its time', async () => {
  const passes = [await ask(), await ask(), await ask()];
  expect(passes.map((pass) => pass !== null)).toEqual([true, true, false]);
  // Another process knows nothing of this one's line: the row says the same.
  for (const pass of passes) pass?.leave();
  expect(await takePass(ledger, 'customers', { waitMs: 20 })).toBeNull();
  const waiting = takePass(ledger, 'customers', { waitMs: 5_000 });
  await answer(passes[0]!);
  expect(await may(waiting)).toBe(true);
  await ground.owner.query(`UPDATE rate_bucket SET flights = ARRAY(SELECT f - interval '1 minute' FROM unnest(flights) AS f) WHERE account = $1`, [
    ledger.account,
  ]);
  expect([await may(), await may()]).toEqual([true, true]);
});

test('a call that finds its access gone pauses the route before its place is free', async () => {
  const lost = new Stripe.errors.StripePermissionError({ message: 'gone', type: 'invalid_request_error', code: 'account_invalid', statusCode: 403 } as never);
  const passes = [(await ask())!, (await ask())!];
  const next = takePass(ledger, 'customers', { waitMs: 2_000, routed: true });
  await fail(passes[0]!, lost);
  expect(await next).toBeNull();
  expect((await ground.owner.query('SELECT paused FROM account_route WHERE account = $1', [ledger.account])).rows).toEqual([{ paused: true }]);
});
