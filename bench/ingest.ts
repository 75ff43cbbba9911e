// Webhooks in, side by side with Stripe's own sync engine on one PostgreSQL: events a second, processor time, waits under load, and right final states.
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { loadAverage } from './ingest/cpu.ts';
import { type House, openHouse } from './ingest/house.ts';
import { PEER } from './ingest/peer.ts';
import { confirmAll, deliveries, type Delivered, type Confirmed } from './ingest/states.ts';
import { bar, latencyTable, stateTable, throughputTable } from './ingest/tables.ts';
import { latencyRound, type Latency } from './ingest/latency.ts';
import { type Throughput, throughputRound } from './ingest/throughput.ts';

const say = (line: string) => void process.stdout.write(`${line}\n`);

/** `--small` tries every part in a minute or two; its figures mean nothing. `--only rounds` skips waits and states. */
export async function run(args: readonly string[] = process.argv.slice(3)): Promise<void> {
  const small = args.includes('--small');
  const only = args[args.indexOf('--only') + 1] === 'rounds' && args.includes('--only');
  const number = (name: string, otherwise: number) => (args.includes(name) ? Number(args[args.indexOf(name) + 1]) : otherwise);
  const sizes = small
    ? { accounts: 50, events: 800, rounds: 1, seconds: 3, states: 300 }
    : { accounts: 50, events: 4000, rounds: 3, seconds: 15, states: 1500 };
  const of = { ...sizes, events: number('--events', sizes.events), rounds: number('--rounds', sizes.rounds) };
  const folder = mkdtempSync(join(tmpdir(), 'counterpart-bench-'));
  chmodSync(folder, 0o711); // as root PostgreSQL runs as a lesser user, who has to pass
  const stops: (() => unknown)[] = [() => rmSync(folder, { recursive: true, force: true })];
  const stop = async () => {
    for (let next = stops.pop(); next; next = stops.pop()) await Promise.resolve(next()).catch((error: unknown) => say(String(error)));
  };
  // What is under way then fails of itself, and says nothing.
  let leaving = false;
  const interrupted = () => {
    leaving = true;
    void stop().then(() => process.exit(130));
  };
  process.once('SIGINT', interrupted).once('SIGTERM', interrupted);
  try {
    const house = await openHouse({ folder, peerFolder: join(tmpdir(), 'counterpart-bench-peer'), accounts: of.accounts, web: !only, stops, say });
    say(
      `${PEER.name} ${PEER.version} beside this product, PostgreSQL ${JSON.stringify(house.settings)}, ${cpus().length} processors, load average ${loadAverage()}`,
    );
    if (process.env['BENCH_STATEMENTS']) await house.ours.database.query('CREATE EXTENSION pg_stat_statements');
    const rounds: Throughput[] = [];
    await eachRound(house, of.rounds + 1, async (side, round) => {
      const seen = await throughputRound(house, side, { events: round === 0 ? Math.min(500, of.events) : of.events, seed: round });
      if (round > 0) rounds.push(seen); // the first one warms both
    });
    say(throughputTable(rounds));
    if (process.env['BENCH_STATEMENTS']) say(await statementsOf(house));
    const waits: Latency[] = [];
    const states: Delivered[] = [];
    let confirmed: Confirmed | null = null;
    if (!only) {
      await eachRound(house, small ? 1 : 3, async (side, round) =>
        waits.push(await latencyRound(house, side, { seconds: of.seconds, rate: 400, seed: 100 + round })),
      );
      say(latencyTable(waits));
      confirmed = await confirmAll(house);
      states.push(...(await deliveries(house, of.states)));
      say(stateTable(states, confirmed));
    }
    const verdict = bar(rounds, states);
    say(verdict.lines.join('\n'));
    if (!small && !only) keep({ peer: PEER, settings: house.settings, rounds, waits, confirmed, states, ratios: verdict.ratios });
  } catch (error) {
    if (!leaving) throw error;
    await new Promise(() => {});
  } finally {
    process.off('SIGINT', interrupted).off('SIGTERM', interrupted);
    await stop();
  }
}

/** Which statements our side's share of PostgreSQL goes to. */
async function statementsOf({ ours }: House): Promise<string> {
  const { rows } = await ours.database.query<{ line: string }>(
    `SELECT format('%s ms  %s calls  plan %s ms  %s', lpad(round(total_exec_time + total_plan_time)::text, 7), lpad(calls::text, 7), lpad(round(total_plan_time)::text, 6), left(regexp_replace(query, '\\s+', ' ', 'g'), 150)) AS line
       FROM pg_stat_statements s JOIN pg_database d ON d.oid = s.dbid WHERE d.datname = 'counterpart' ORDER BY total_exec_time + total_plan_time DESC LIMIT 30`,
  );
  return rows.map(({ line }) => line).join('\n');
}

/** Alternating, so that whatever else the machine does falls on both. */
async function eachRound(house: House, rounds: number, work: (side: House['ours'], round: number) => Promise<unknown>): Promise<void> {
  for (let round = 0; round < rounds; round += 1)
    for (const side of [house.ours, house.peer]) {
      for (const { database } of [house.ours, house.peer]) await database.query('VACUUM ANALYZE');
      await house.ours.database.query('CHECKPOINT');
      await sleep(500);
      await work(side, round);
    }
}

function keep(result: Record<string, unknown>): void {
  const folder = join(import.meta.dirname, 'results');
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    join(folder, 'ingest.json'),
    `${JSON.stringify({ at: new Date().toISOString(), loadAverage: loadAverage(), processors: cpus().map(({ model }) => model), ...result }, null, 2)}\n`,
  );
}
