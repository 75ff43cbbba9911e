// npm start under Node 24: plans the world, brings it up, sets the demo up, says where it is, and takes all of it down at Ctrl-C.
import { existsSync } from 'node:fs';
import { Socket } from 'node:net';
import { join } from 'node:path';
import { setUpDemo } from './world/demo.ts';
import { takeFolder } from './world/only-one.ts';
import { makePlan, type Plan } from './world/plan.ts';
import { isFree } from './world/ports.ts';
import { ping } from './world/ping.ts';
import { startWorld, type World } from './world/start-world.ts';

const root = join(import.meta.dirname, '..');
const dev = process.argv.includes('--dev');
const say = (line: string) => process.stdout.write(`${line}\n`);
const refuse = (lines: readonly string[]): never => {
  for (const line of lines) process.stderr.write(`${line}\n`);
  process.exit(1);
};

if (existsSync(join(root, '.env'))) process.loadEnvFile(join(root, '.env'));
const made = makePlan(process.env, root);
if ('faults' in made) refuse(made.faults);
else await run(made.plan);

async function run(plan: Plan): Promise<void> {
  const taken = await takeFolder(plan.dataDir);
  if ('held' in taken) return refuse([taken.held]);
  const busy = await busyPorts(plan);
  if (busy.length > 0) return refuse(busy);
  const leaving = new Promise<string>((resolve) => {
    process.on('SIGINT', () => resolve(''));
    process.on('SIGTERM', () => resolve(''));
    watchPipe(() => resolve(''));
  });
  let world: World;
  try {
    world = await Promise.race([startWorld(plan, { say, dev }), leaving.then(() => Promise.reject(new Error('Stopped before it was up.')))]);
  } catch (error) {
    return refuse([error instanceof Error ? error.message : String(error)]);
  }
  const code = await untilEnd(world, leaving);
  await world.stop();
  process.exit(code);
}

async function untilEnd(world: World, leaving: Promise<string>): Promise<number> {
  let left = false;
  void leaving.then(() => (left = true));
  const broken = world.broken.then((what) => {
    if (left) return 0; // they end because they were told to
    process.stderr.write(`${what}\nStopping the rest. Logs: ${join(world.plan.dataDir, 'logs')}\n`);
    return 1;
  });
  const up = announce(world).then(
    () => null,
    (error: unknown) => {
      process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
      return 1;
    },
  );
  const first = await Promise.race([broken, leaving.then(() => 0), up]);
  return first ?? (await Promise.race([broken, leaving.then(() => 0)]));
}

/** `ready` stands for: the log-in page answers, the worker beats, and one webhook has gone round. */
async function announce(world: World): Promise<void> {
  const { plan } = world;
  const demo = plan.embedded && plan.sandbox ? await setUpDemo(world, say) : null;
  await ping(world);
  say('');
  say(`Counterpart  ${plan.appUrl}`);
  if (plan.sandbox) say(`Sandbox      http://127.0.0.1:${plan.ports.sandbox}  (a stand-in for Stripe; mail: http://127.0.0.1:${plan.ports.sandbox}/outbox)`);
  if (demo) say(`Demo log-in  ${demo.email}  password ${demo.password}`);
  say(`ready ${plan.appUrl}`);
}

async function busyPorts(plan: Plan): Promise<string[]> {
  const { web, ingest, sandbox, smtp } = plan.ports;
  const wanted: [string, number][] = [
    ['PORT', web],
    ['INGEST_PORT', ingest],
    ...(plan.sandbox
      ? ([
          ['SANDBOX_PORT', sandbox],
          ['SANDBOX_SMTP_PORT', smtp],
        ] as [string, number][])
      : []),
  ];
  const free = await Promise.all(wanted.map(([, port]) => isFree(port)));
  return wanted
    .filter((_, at) => !free[at])
    .map(([name, port]) => `Port ${port} is in use by another program. Stop that one, or choose another: ${name}=${port + 1000} npm start`);
}

/** scripts/start.mjs holds the other end of descriptor 3; when it breaks, our parent was killed outright. */
function watchPipe(gone: () => void): void {
  try {
    const pipe = new Socket({ fd: 3 });
    pipe.on('error', () => {});
    pipe.on('close', gone);
    pipe.resume();
    pipe.unref();
  } catch {
    // Started directly, without a descriptor 3: nobody to watch.
  }
}
