// F24, short: a backup, writes after it, the backup put back; and a copy that another deployment started. Nothing twice at Stripe, nothing from a copy.
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { verifyAudit } from '#lib/audit.ts';
import { db } from '#lib/db.ts';
import { findStanding } from '#lib/deployment.ts';
import { writeMail } from '#lib/notify/mail.ts';
import { completeDue } from '#lib/perform/complete.ts';
import { perform, type Outcome } from '#lib/perform/run.ts';
import { refundableOf } from '#lib/perform/refundable.ts';
import { startConnected, type Connected, type Paid } from '#tests/connected.ts';
import { takeBackup } from '#tests/faults/backup.ts';
import { completed, stored, until } from '#tests/faults/completed.ts';
import { say } from '#tests/faults/house.ts';
import { startProcess } from '#tests/world.ts';

let world: Connected;
let smtp: string;

beforeAll(async () => {
  world = await startConnected({ factor: 0.05 });
  smtp = (await world.sandbox.control<{ smtp: string }>('health')).smtp;
});
afterAll(() => world?.stop());
afterEach(() => world.calm());

test('what was open in a backup is held, looked for, and never sent a second time', async () => {
  await connectedAndSwept();
  const payments = await Promise.all(Array.from({ length: 8 }, () => world.paid(9_000)));
  const tokens = payments.map(() => randomUUID());
  const pending = await world.paid(9_000, 'eur', 'pm_card_pendingRefund');
  const waits = randomUUID();
  await refund(pending, waits);
  // Three whose answer is lost before anything was made, five that were never sent: all open when the backup is made.
  await world.order('reset_before', 6);
  for (const at of [0, 1, 2]) await refund(payments[at]!, tokens[at]!, 0);
  await until(async () => (await states(tokens.slice(0, 3))).every((state) => state === 'unknown'));
  expect(await world.fired('reset_before')).toBe(6);
  await world.calm();
  await pause(true);
  for (const at of [3, 4, 5, 6, 7]) await refund(payments[at]!, tokens[at]!);
  const backup = await takeBackup(world.urls.ownerUrl);

  // After it: seven of the eight go out, one is withdrawn; one more is asked and made of which the backup knows nothing.
  await world.owner.query(`UPDATE operation SET state = 'canceled' WHERE client_token = $1`, [`test:${tokens[7]}`]);
  await pause(false);
  for (const token of tokens.slice(0, 7)) expect(await completed(world, token)).toMatchObject({ state: 'succeeded' });
  const later = await world.paid(9_000);
  await refund(later, randomUUID());
  const made = (await world.truth('refund')).length;
  expect(made).toBe(9);

  await backup.restore();
  await backup.close();
  await mailWaits();
  const before = (await posts()).length;
  expect(await admin('mark-restored')).toMatchObject({ code: 0, said: expect.stringContaining('Held: 8') });
  expect(await states(tokens)).toEqual(tokens.map(() => 'held'));
  expect(await whyHeld(tokens)).toEqual(['restored']);
  await world.owner.query('UPDATE account_route SET paused = false');
  for (let passes = 0; passes < 3; passes += 1) await completeDue({ limit: 20 });
  expect(await states(tokens)).toEqual(tokens.map(() => 'held'));
  expect(await refund(payments[0]!, randomUUID())).toMatchObject({ kind: 'unavailable', why: 'restored_copy' });
  expect(await admin('release-held')).toMatchObject({ code: 1, said: expect.stringMatching(/not read yet[\s\S]*not looked for/) });
  expect(await findStanding()).toBe('restored');

  const worker = await startWorker({});
  await until(async () => (await states(tokens)).filter((state) => state === 'succeeded').length === 7, 20_000);
  await until(async () => (await admin('release-held')).code === 0, 20_000);
  expect((await posts()).length, 'sent before the release').toBe(before);
  expect(await findStanding()).toBe('ours');
  // The one that was never sent goes out now, once: its key is a few seconds old.
  expect(await completed(world, tokens[7]!)).toMatchObject({ state: 'succeeded' });
  await until(async () => (await refundableOf(world.ledger, later.intent)).left === 4_000n, 20_000);
  await until(async () => (await mails()) === 1);
  await worker.stop();
  const refunds = await world.truth('refund');
  const found = await foundOf(tokens);
  say('put back from a backup', {
    heldAtRestore: 8,
    foundByOpId: found,
    postsAfter: (await posts()).length - before,
    refundsBefore: made,
    refundsAfter: refunds.length,
  });
  expect(found).toBe(7);
  expect((await posts()).length).toBe(before + 1);
  expect(refunds.length).toBe(made + 1);
  for (const payment of payments) expect(refunds.filter((one) => one['charge'] === payment.charge)).toHaveLength(1);
  await db.as(world.ledger, async (tx) => expect(await verifyAudit(tx, world.ledger.workspace)).toMatchObject({ ok: true }));
}, 120_000);

test('what may have gone out more than 23 hours before is found or left to a person, never sent', async () => {
  const [mine, theirs] = [await world.paid(9_000), await world.paid(9_000)];
  const tokens = [randomUUID(), randomUUID()];
  await pause(true);
  for (const [at, payment] of [mine, theirs].entries()) await refund(payment, tokens[at]!);
  await pause(false);
  const [found, unsent] = await Promise.all(tokens.map((token) => stored(world, token)));
  await world.stripe('POST', '/v1/refunds', { charge: mine.charge, amount: 5_000, 'metadata[op_id]': found!.id });
  await world.owner.query(`UPDATE operation SET created_at = created_at - interval '3 days' WHERE id = ANY($1)`, [[found!.id, unsent!.id]]);
  const before = (await posts()).length;
  expect(await admin('mark-restored')).toMatchObject({ code: 0 });
  const worker = await startWorker({});
  await until(async () => (await admin('release-held')).code === 0, 20_000);
  expect(await completed(world, tokens[0]!)).toMatchObject({ state: 'succeeded', found_by: expect.any(String) });
  expect(await completed(world, tokens[1]!)).toMatchObject({ state: 'needs_review' });
  await worker.stop();
  expect((await posts()).length).toBe(before);
}, 60_000);

test('a copy that another deployment starts writes nothing to Stripe, sends no mail and sweeps nothing; once adopted it does all three', async () => {
  const payment = await world.paid(9_000);
  const token = randomUUID();
  await pause(true);
  await refund(payment, token);
  await pause(false);
  await mailWaits();
  await connectedAndSwept();
  await world.owner.query(`UPDATE work SET not_before = clock_timestamp(), lease_until = NULL WHERE kind = 'sweep'`);
  const [before, mailed, swept] = [(await posts()).length, await mails(), await sweptTo()];
  const copy = { DEPLOYMENT_ID: 'a-copy-for-testing' };
  const worker = await startWorker(copy);
  await until(async () => (await whyHeld([token])).includes('restored_copy'), 10_000);
  await new Promise((resolve) => setTimeout(resolve, 2_000));
  expect([(await posts()).length, await mails(), await sweptTo()]).toEqual([before, mailed, swept]);
  expect(await admin('release-held', copy)).toMatchObject({ code: 1 });
  expect(await admin('mark-restored', copy)).toMatchObject({ code: 1, said: expect.stringContaining('adopt-deployment') });
  expect(await admin('sweep', copy)).toMatchObject({ code: 1, said: expect.stringContaining('another deployment') });
  expect(await admin('adopt-deployment', copy)).toMatchObject({ code: 2 });
  expect(await admin('adopt-deployment', copy, '--because', 'renamed')).toMatchObject({ code: 0, said: expect.stringContaining('a-copy-for-testing') });
  // The guard alone held it: the same worker goes on.
  await until(async () => (await stored(world, token))?.state === 'succeeded', 15_000);
  await until(async () => (await mails()) === mailed + 1);
  await until(async () => (await sweptTo()) > swept, 15_000);
  await worker.stop();
  expect((await posts()).length).toBe(before + 1);
  expect(await findStanding()).toBe('restored_copy');
  say('a copy of the database', { postsWhileCopy: 0, mailsWhileCopy: 0, sweptWhileCopy: 0, sweptSecondsOnceAdopted: Math.round((await sweptTo()) - swept) });
  // Back under its own name, as a copy: what is open counts as sent by the other.
  expect(await admin('adopt-deployment', {}, '--because', 'copy')).toMatchObject({ code: 0, said: expect.stringContaining('stands as restored') });
  expect(await findStanding()).toBe('restored');
}, 90_000);

/** The sweep's place and its work, as after a first backfill. */
async function connectedAndSwept(): Promise<void> {
  const { workspace, account } = world.ledger;
  await world.owner.query(
    `INSERT INTO work (workspace_id, account, livemode, kind, type, id, dirty_seq) VALUES ($1, $2, false, 'sweep', 'sweep', '', 1) ON CONFLICT DO NOTHING`,
    [workspace, account],
  );
  await world.owner.query(`UPDATE connection SET swept_to = clock_timestamp() - interval '10 s' WHERE account = $1`, [account]);
}

function startWorker(more: Record<string, string>) {
  return startProcess('processes/worker.ts', { ...environment(), ...more }, /ready worker/);
}

function environment(): Record<string, string> {
  return { ...world.environment, DATABASE_WORKER_URL: world.urls.workerUrl, DATABASE_OWNER_URL: world.urls.ownerUrl, SMTP_URL: smtp, LOG_LEVEL: 'error' };
}

function admin(name: string, more: Record<string, string> = {}, ...given: string[]): Promise<{ code: number; said: string }> {
  const root = join(import.meta.dirname, '../..');
  return new Promise((resolve) => {
    const env = { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '', NODE_ENV: 'test' as const, ...environment(), ...more };
    const child = execFile(process.execPath, [join(root, 'scripts/admin.ts'), name, ...given], { cwd: root, env }, (_error, out, err) =>
      resolve({ code: child.exitCode ?? -1, said: out + err }),
    );
  });
}

async function mailWaits(): Promise<void> {
  await world.owner.query('DELETE FROM mail');
  await db.routing((tx) => writeMail(tx, { to: 'dana@example.com', template: 'already_registered', params: { link: 'http://localhost:3999/login' } }));
}

async function mails(): Promise<number> {
  return (await world.sandbox.control<unknown[]>('mails?to=dana@example.com')).length;
}

/** Seconds by Stripe's clock up to which events were swept. */
async function sweptTo(): Promise<number> {
  const { rows } = await world.owner.query<{ at: number }>(`SELECT extract(epoch FROM swept_to)::float8 AS at FROM connection`);
  return rows[0]!.at;
}

function refund(payment: Paid, token: string, waitMs = 5_000): Promise<Outcome> {
  return perform(world.merchant, 'refund_payment', { payment: payment.intent, amount: 5_000n }, { clientToken: token, waitMs });
}

function states(tokens: readonly string[]): Promise<(string | undefined)[]> {
  return Promise.all(tokens.map(async (token) => (await stored(world, token))?.state));
}

async function foundOf(tokens: readonly string[]): Promise<number> {
  const all = await Promise.all(tokens.map((token) => stored(world, token)));
  return all.filter((one) => one?.found_by).length;
}

async function whyHeld(tokens: readonly string[]): Promise<(string | null)[]> {
  const { rows } = await world.owner.query<{ held_why: string | null }>('SELECT DISTINCT held_why FROM operation WHERE client_token = ANY($1)', [
    tokens.map((token) => `test:${token}`),
  ]);
  return rows.map((row) => row.held_why);
}

async function pause(paused: boolean): Promise<void> {
  await world.owner.query('UPDATE account_route SET paused = $1', [paused]);
}

function posts() {
  return world.calls('POST', '/v1/refunds');
}
