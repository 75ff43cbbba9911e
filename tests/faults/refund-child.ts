// A process that makes one refund, or what ASK says, and may end itself at a transaction: DIES_AT 2n-1 is just before its nth, 2n just after. FREEZES_AT stops it there instead, at SLEEPS_AT its machine sleeps a day.
import { ledgerOfRow, merchantForJob } from '#lib/access/job.ts';
import { closeDatabases, openDatabase, useDatabase, type Database } from '#lib/db.ts';
import type { Kind } from '#lib/operations/define.ts';
import { perform } from '#lib/perform/run.ts';

const { workspace, account } = JSON.parse(process.env['LEDGER'] ?? '') as { workspace: string; account: string };
const ledger = ledgerOfRow({ workspace_id: workspace, account, livemode: false, generation: 1 });
const main = openDatabase({ url: process.env['DATABASE_URL'] ?? '', role: 'app', max: 3 });
let begun = 0;
let counts = false;

const mortal: Database = {
  ...main,
  as: async (who, work) => {
    if (!counts) return main.as(who, work);
    begun += 1;
    const mine = begun;
    meet(mine * 2 - 1);
    const result = await main.as(who, work);
    meet(mine * 2);
    return result;
  },
};

useDatabase({ main: mortal });
const merchant = await merchantForJob(ledger, 'test');
process.stdout.write('ready\n');
counts = true;
const ask = JSON.parse(process.env['ASK'] ?? 'null') as { kind: Kind; input: unknown } | null;
const { kind, input } = ask ?? { kind: 'refund_payment' as const, input: { payment: process.env['PAYMENT'], amount: '1000' } };
const outcome = await perform(merchant, kind, input, { clientToken: process.env['TOKEN'] ?? '', waitMs: 5_000 });
process.stdout.write(`outcome ${outcome.kind}\ntransactions ${begun}\n`);
await closeDatabases();

function meet(place: number): void {
  if (place === Number(process.env['DIES_AT'])) process.kill(process.pid, 'SIGKILL');
  if (place === Number(process.env['SLEEPS_AT'])) {
    // A machine that slept a day: its steady clock stood still, its wall clock did not.
    const before = Date.now;
    Date.now = () => before() + 25 * 3_600_000;
  }
  if (place === Number(process.env['FREEZES_AT'])) {
    process.stdout.write('frozen\n');
    process.kill(process.pid, 'SIGSTOP');
  }
}
