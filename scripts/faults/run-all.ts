// The run itself: finds the files, gives them one PostgreSQL, size and seeds, and says at the end what passed, failed or was void.
import { spawn, type ChildProcess } from 'node:child_process';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { rowsOf, table, type Row } from './table.ts';

export type Wish = { readonly folder: string; readonly seeds?: string; readonly seed?: string; readonly only?: string; readonly long?: boolean };
type Scenario = { readonly file: string; readonly names: readonly string[] };

const root = join(import.meta.dirname, '..', '..');
const say = (line: string) => process.stdout.write(`${line}\n`);

export async function runAll(wish: Wish): Promise<void> {
  let running: ChildProcess | undefined;
  let cluster: Awaited<ReturnType<typeof startCluster>> | undefined;
  let leaving = false;
  const leave = async (code: number | null): Promise<void> => {
    if (leaving) return;
    leaving = true;
    running?.kill('SIGKILL');
    await cluster?.stop();
    rmSync(wish.folder, { recursive: true, force: true, maxRetries: 5 });
    if (code === null) process.kill(-process.pid, 'SIGKILL');
    else process.exit(code);
  };
  // Asked to end, or the parent is gone: the processes that tests started are in this process's group, and go with it.
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void leave(null));
  try {
    const scenarios = chosen(scenariosIn(['tests/faults', 'tests/oracle']), wish.only?.split(',') ?? []);
    say(heading(wish));
    cluster = await startCluster();
    const env = { TEST_CLUSTER_URL: cluster.url, ...(wish.long ? { FAULTS_SCALE: 'long' } : {}), ...seedsOf(wish) };
    const rows: Row[] = [];
    for (const scenario of scenarios) {
      say(`\n── ${scenario.names.join(', ')}  ${scenario.file}`);
      const to = join(wish.folder, 'ended.json');
      rmSync(to, { force: true });
      const elapsed = performance.now();
      running = vitest(scenario.file, to, env);
      const code = await new Promise<number | null>((resolve) => running!.once('exit', resolve));
      running = undefined;
      if (leaving) return;
      rows.push(...rowsOf(scenario, to, code, (performance.now() - elapsed) / 1000));
    }
    say(`\n${table(rows)}\n\n${heading(wish)}`);
    const count = (end: Row['end']) => rows.filter((row) => row.end === end).length;
    say(`${count('passed')} passed, ${count('failed')} failed, ${count('void')} void`);
    await leave(count('passed') === rows.length ? 0 : 1);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    await leave(1);
  }
}

/** The first line of a fault file names the scenarios it plays. */
function scenariosIn(folders: readonly string[]): Scenario[] {
  return folders.flatMap((folder) =>
    readdirSync(join(root, folder))
      .filter((name) => name.endsWith('.test.ts'))
      .sort()
      .map((name) => {
        const file = `${folder}/${name}`;
        const names = readFileSync(join(root, file), 'utf8')
          .split('\n', 1)[0]!
          .match(/\bF\d+\b/g);
        return { file, names: names ?? [basename(name, '.test.ts')] };
      }),
  );
}

function chosen(all: readonly Scenario[], only: readonly string[]): readonly Scenario[] {
  const is = (scenario: Scenario, name: string) => scenario.names.includes(name) || basename(scenario.file, '.test.ts') === name;
  const unknown = only.filter((name) => !all.some((scenario) => is(scenario, name)));
  if (unknown.length > 0)
    throw new Error(`There is no scenario ${unknown.join(', ')}. There are: ${[...new Set(all.flatMap(({ names }) => names))].join(', ')}.`);
  return only.length === 0 ? all : all.filter((scenario) => only.some((name) => is(scenario, name)));
}

function seedsOf({ seeds, seed }: Wish): Record<string, string> {
  return { ...(seeds === undefined ? {} : { FAULTS_SEEDS: seeds }), ...(seed === undefined ? {} : { FAULTS_SEED: seed }) };
}

function heading(wish: Wish): string {
  const seeds = wish.seeds === undefined && wish.seed === undefined ? 'each file’s own' : `${wish.seeds ?? 1} from ${wish.seed ?? 'each file’s first'} on`;
  return `fault runs, ${wish.long ? 'long' : 'short'} forms, seeds: ${seeds}`;
}

function vitest(file: string, to: string, env: Readonly<Record<string, string>>): ChildProcess {
  const args = [join(root, 'node_modules/vitest/vitest.mjs'), 'run', file, '--reporter=default', '--reporter=json', `--outputFile=${to}`];
  return spawn(process.execPath, args, { cwd: root, env: { ...process.env, ...env }, stdio: ['ignore', 'inherit', 'inherit'] });
}

/** One server for all files. It must end with `leave` alone, neither by a signal nor with this process's event loop: tests/global-setup.ts says why. */
async function startCluster(): Promise<{ url: string; stop: () => Promise<void> }> {
  const events = ['beforeExit', 'exit', 'SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  const before = new Set(events.flatMap((event) => process.rawListeners(event)));
  const { startCluster: start } = await import('../../tests/cluster.ts');
  for (const event of events) for (const listener of process.rawListeners(event)) if (!before.has(listener)) process.off(event, listener as () => void);
  return start();
}
