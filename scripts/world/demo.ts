// The demo: two papers made by the sandbox's own rules, one person, two workspaces, each connected over the app's own pages, as a person would.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Visitor } from './visitor.ts';
import type { World } from './start-world.ts';

const root = join(import.meta.dirname, '..', '..');

export type Demo = { email: string; password: string; papers: readonly { slug: string; name: string; account: string }[]; seed: number };
export type DemoSize = { readers: number; months: number; fjordReaders: number };

const FULL: DemoSize = { readers: 420, months: 18, fjordReaders: 90 };
const SEED = 20261125;

const papers = [
  { world: 'harbor', slug: 'harbor-weekly', name: 'Harbor Weekly', zone: 'Europe/Oslo' },
  { world: 'fjord', slug: 'fjord-review', name: 'Fjord Review', zone: 'Europe/Stockholm' },
] as const;

/** Made once per data folder; a later start finds it. Throws with the words of whatever refused. */
export async function setUpDemo(world: World, say: (line: string) => void, size: DemoSize = FULL): Promise<Demo> {
  const file = join(world.plan.dataDir, 'demo.json');
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')) as Demo; // written below
  const email = 'dana@harborweekly.example';
  const password = world.plan.secrets.demo;
  await admin(world, ['create-user', '--email', email, '--name', 'Dana Ruiz', '--password', password]);
  const made: { slug: string; name: string; account: string }[] = [];
  for (const paper of papers) {
    say(`Making the demo account ${paper.name} (seed ${SEED})`);
    const { account } = await buildPaper(world, paper.world, paper.world === 'harbor' ? size.readers : size.fjordReaders, size.months);
    await admin(world, ['create-workspace', '--name', paper.name, '--slug', paper.slug, '--owner', email, '--time-zone', paper.zone, '--locale', 'en']);
    made.push({ slug: paper.slug, name: paper.name, account });
  }
  const dana = new Visitor(world.plan.appUrl);
  await dana.signIn(email, password);
  for (const { slug, account, name } of made) {
    say(`Connecting ${name}; its history arrives while you look around`);
    await dana.connect(slug, 'test', account);
  }
  const demo: Demo = { email, password, papers: made, seed: SEED };
  writeFileSync(file, `${JSON.stringify(demo, null, 2)}\n`, { mode: 0o600 });
  return demo;
}

async function buildPaper(world: World, name: string, readers: number, months: number): Promise<{ account: string }> {
  const answer = await fetch(`http://127.0.0.1:${world.plan.ports.sandbox}/_sandbox/world`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name, livemode: false, seed: SEED, readers, months }),
    signal: AbortSignal.timeout(180_000),
  });
  const body = await answer.text();
  if (!answer.ok) throw new Error(`The sandbox could not build ${name}: ${answer.status} ${body}`);
  return JSON.parse(body) as { account: string }; // the sandbox's own answer
}

/** npm run admin, as an operator would. */
async function admin(world: World, args: readonly string[]): Promise<void> {
  const child = spawn(process.execPath, [join(root, 'scripts/admin.ts'), ...args], {
    cwd: root,
    env: { ...process.env, ...world.env, DATABASE_OWNER_URL: world.ownerUrl },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const code = await new Promise((resolve) => child.once('exit', resolve));
  if (code !== 0) throw new Error(`admin ${args[0]} failed: ${said.trim()}`);
}
