// What runs beside the web: hands events on, refetches what is owed, reads histories, sweeps, completes operations, sends mail. Any number of these.
import './role.ts';
import pg from 'pg';
import { assertReady } from '#lib/boot.ts';
import { sleep } from '#lib/clock.ts';
import { accessLost } from '#lib/connection/access-lost.ts';
import { runConnectionJobs } from '#lib/connection/jobs.ts';
import { closeDatabases, database } from '#lib/db.ts';
import { env } from '#lib/env.ts';
import { isDatabaseAway } from '#lib/errors.ts';
import { drain } from '#lib/inbox/drain.ts';
import { sweepDue } from '#lib/inbox/sweep.ts';
import type { Ledger } from '#lib/ledger.ts';
import { log } from '#lib/log.ts';
import { runBackfill } from '#lib/mirror/backfill.ts';
import { confirmOwed } from '#lib/mirror/confirm.ts';
import { tempo } from '#lib/mirror/tempo.ts';
import { sendDueMail } from '#lib/notify/mail.ts';
import { completeDue, finishInHand } from '#lib/perform/complete.ts';
import { matchRestored } from '#lib/perform/restore.ts';
import { INBOX, WORK } from '#lib/publish.ts';
import { beat } from './beat.ts';
import { stopping } from './stop.ts';

await assertReady('worker');
const { poll, factor } = tempo();
const running: Promise<void>[] = [];
let listener: pg.Client | undefined;
const signal = stopping(async () => {
  hints.all.wake();
  hints.inbox.wake();
  await listener?.end().catch(() => {});
  await Promise.all(running);
  await finishInHand();
  await closeDatabases();
});

// Events come by the hundred a second: their hints wake the one loop that has to do with them.
const hints = { inbox: hint(), all: hint() };
const onAccessLost = (ledger: Ledger, error: unknown) => accessLost(ledger, error instanceof Error ? error.message : String(error));

// Several passes of a kind: one account that hangs holds up one of them.
loop('drain', poll, () => drain({ signal, gather: true }));
for (let pass = 0; pass < 3; pass += 1) loop('confirm', poll, () => confirmOwed({ onAccessLost, signal }));
for (let pass = 0; pass < 2; pass += 1) loop('backfill', poll, () => runBackfill({ onAccessLost, signal }));
loop('sweep', poll, () => sweepDue({ onAccessLost, signal }));
loop('complete', poll, () => completeDue({ onAccessLost: accessLost }));
loop('restore', Math.max(poll, 3_000 * factor), () => matchRestored());
loop('mail', poll, () => sendDueMail());
loop('connection', Math.max(poll, 3_000 * factor), async () => {
  await runConnectionJobs();
  return 0;
});
running.push(beat('worker', database(), signal), listen());
process.stdout.write('ready worker\n');

/** Runs a job again at once while it finds work, else after a hint or the poll. A failure is logged and waited out. */
function loop(name: string, every: number, job: () => Promise<number>): void {
  const run = async () => {
    while (!signal.aborted) {
      try {
        if ((await job()) > 0) continue;
      } catch (error) {
        log[isDatabaseAway(error) ? 'warn' : 'error']({ err: error, job: name }, 'a job of the worker failed and runs again');
      }
      await Promise.race([sleep(every, signal), hints.all.heard(), ...(name === 'drain' ? [hints.inbox.heard()] : [])]);
    }
  };
  running.push(run());
}

/** Hints only: with every one lost, the poll finds the same rows. */
async function listen(): Promise<void> {
  const url = env().DATABASE_DIRECT_URL ?? env().DATABASE_WORKER_URL ?? env().DATABASE_URL;
  while (!signal.aborted) {
    const client = new pg.Client({ connectionString: url, application_name: 'counterpart-listen' });
    try {
      // A server that goes down reports twice, first its word and then the broken line.
      const ended = new Promise<void>((resolve) => client.once('end', resolve).on('error', () => resolve()));
      await client.connect();
      listener = client;
      client.on('notification', ({ payload }) => hints[payload === INBOX ? 'inbox' : 'all'].wake());
      await client.query(`LISTEN ${WORK}`);
      await ended;
    } catch (error) {
      log.warn({ err: error }, 'hints cannot be heard; the poll goes on');
    }
    await sleep(poll, signal);
  }
}

/** One promise all who wait share; a hint resolves it and makes the next. */
function hint(): { heard: () => Promise<void>; wake: () => void } {
  let resolve: () => void = () => {};
  let next = new Promise<void>((done) => (resolve = done));
  return {
    heard: () => next,
    wake: () => {
      resolve();
      next = new Promise<void>((done) => (resolve = done));
    },
  };
}
