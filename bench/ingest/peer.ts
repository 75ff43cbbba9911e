// The peer: Stripe's own sync engine from the registry, put into a scratch folder when a benchmark asks for it, never a dependency.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { API_VERSION } from '#lib/stripe.ts';
import { type Child, startChild, untilPrinted } from '#scripts/world/child.ts';
import { definitions, type Schema } from './sample.ts';

export const PEER = { name: '@stripe/sync-engine', version: '1.0.32' } as const;

type Package = { runMigrations: (config: Record<string, unknown>) => Promise<void> };

/** Installs it where it is not yet; answers the file to import. */
export async function fetchPeer(folder: string): Promise<string> {
  const home = join(folder, 'node_modules', PEER.name);
  mkdirSync(folder, { recursive: true });
  const manifest = join(home, 'package.json');
  if (!existsSync(manifest) || (JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }).version !== PEER.version) {
    // npm's own file
    writeFileSync(join(folder, 'package.json'), '{"private":true}\n');
    await npm(folder, ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--save-exact', `${PEER.name}@${PEER.version}`]);
  }
  return join(home, 'dist/index.js');
}

/** Its own migrations; the columns it would read from Stripe's OpenAPI file on the network come from our copy of the same types. */
export async function migratePeer(file: string, folder: string, databaseUrl: string): Promise<void> {
  const spec = join(folder, 'spec3.json');
  writeFileSync(spec, JSON.stringify(specOf()));
  const { runMigrations } = (await import(pathToFileURL(file).href)) as Package; // as its README has it
  await runMigrations({ databaseUrl, stripeApiVersion: API_VERSION.slice(0, 'yyyy-mm-dd'.length), openApiSpecPath: spec });
}

export async function startPeer(of: { file: string; databaseUrl: string; secret: string; log: string }): Promise<{ child: Child; url: string }> {
  const child = startChild({
    name: 'peer',
    args: [join(import.meta.dirname, 'peer-door.ts')],
    env: { PEER_PACKAGE: pathToFileURL(of.file).href, PEER_DATABASE: of.databaseUrl, PEER_SECRET: of.secret, PEER_API_VERSION: API_VERSION },
    log: of.log,
  });
  return { child, url: `${await untilPrinted(child, /ready (\S+)/)}/webhook` };
}

/** The table of each type it mirrors; of the 54 events' objects it passes over the others. */
export const peerTables: Readonly<Record<string, string>> = {
  charge: 'charges',
  credit_note: 'credit_notes',
  customer: 'customers',
  dispute: 'disputes',
  invoice: 'invoices',
  payment_intent: 'payment_intents',
  setup_intent: 'setup_intents',
  subscription: 'subscriptions',
  subscription_schedule: 'subscription_schedules',
};

/** Our schemas in OpenAPI's words, as far as the peer reads them: one column for each top-level field of a type. */
function specOf(): Record<string, unknown> {
  const schemas = Object.entries(definitions)
    .filter(([name]) => !name.startsWith('x.'))
    .map(([name, schema]) => [
      name,
      {
        'x-resourceId': name,
        type: 'object',
        properties: Object.fromEntries(Object.entries(schema.properties ?? {}).map(([field, of]) => [field, fieldOf(field, of)])),
      },
    ]);
  return { openapi: '3.0.0', info: { version: API_VERSION }, components: { schemas: Object.fromEntries(schemas) } };
}

function fieldOf(name: string, schema: Schema): Record<string, unknown> {
  const parts = (schema.anyOf ?? [schema]).filter((part) => part.type !== 'null');
  const nullable = schema.anyOf?.some((part) => part.type === 'null') ?? false;
  if (parts.some((part) => part.type === 'string') && parts.length > 1) return { type: 'string', 'x-expansionResources': {}, nullable };
  const [part] = parts;
  if (part?.type === 'number') return { type: /percent|rate|decimal/.test(name) ? 'number' : 'integer', nullable };
  if (part?.type === 'string' || typeof part?.const === 'string') return { type: 'string', nullable };
  if (part?.type === 'boolean' || typeof part?.const === 'boolean') return { type: 'boolean', nullable };
  return { type: part?.type === 'array' ? 'array' : 'object', nullable };
}

async function npm(folder: string, args: readonly string[]): Promise<void> {
  const child = spawn('npm', args, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const code = await new Promise((resolve, reject) => child.once('exit', resolve).once('error', reject));
  if (code !== 0) throw new Error(`npm could not install ${PEER.name} ${PEER.version}: ${said.trim()}`);
}
