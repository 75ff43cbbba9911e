// A workspace about to connect: real database, real sandbox, its webhooks at this test's own door. People answer Stripe's page through the sandbox's control.
import { createServer, type Server } from 'node:http';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findMerchantOf } from '#lib/access/merchant-of.ts';
import type { Person } from '#lib/access/person.ts';
import { findSession, startSession, type SignedIn } from '#lib/access/session-row.ts';
import type { Attempt } from '#lib/connection/attempt.ts';
import { begin, finish } from '#lib/connection/connect.ts';
import { sleep, stopwatch } from '#lib/clock.ts';
import { openDatabase, useDatabase } from '#lib/db.ts';
import { forgetEnv } from '#lib/env.ts';
import { ingest } from '#lib/inbox/ingest.ts';
import type { Merchant, Workspace } from '#lib/merchant.ts';
import { closePrisma } from '#lib/prisma.ts';
import { asOwner, join as joinWorkspace } from './merchants.ts';
import { freshDatabase, startProcess } from './world.ts';

export type Visit = { readonly workspace: Workspace; readonly person: Person; readonly signedIn: SignedIn };
export type Out = { readonly url: URL; readonly state: string; readonly cookie: string; readonly attempt: string };
export type Connecting = Awaited<ReturnType<typeof startConnecting>>;

const APP_URL = 'http://localhost:3999';
const keys = {
  TEST: { SECRET_KEY: 'sk_test_connect0000', CLIENT_ID: 'ca_connecttest', WEBHOOK_SECRET: 'whsec_connecttest' },
  LIVE: { SECRET_KEY: 'sk_live_connect0000', CLIENT_ID: 'ca_connectlive', WEBHOOK_SECRET: 'whsec_connectlive' },
};

export async function startConnecting() {
  const urls = await freshDatabase();
  const door = await openDoor();
  const folder = mkdtempSync(join(tmpdir(), 'connecting-'));
  const sandbox = await startProcess(
    'sandbox/main.ts',
    {
      SANDBOX_PORT: '0',
      SANDBOX_SMTP_PORT: '0',
      DATA_DIR: folder,
      ...named('SANDBOX'),
      SANDBOX_REDIRECT_URI: `${APP_URL}/api/connect/callback`,
      SANDBOX_WEBHOOK_URL: door.url,
    },
    /ready (http:\S+)/,
  );
  Object.assign(process.env, {
    APP_URL,
    DATABASE_URL: urls.appUrl,
    AUTH_SECRET: 'a secret of at least thirty-two characters',
    STRIPE_API_BASE: sandbox.url,
    STRIPE_CONNECT_BASE: sandbox.url,
    ...named('STRIPE'),
  });
  forgetEnv();
  const inbox = openDatabase({ url: urls.ingestUrl, role: 'ingest', max: 3 });
  const close = useDatabase({ main: openDatabase({ url: urls.appUrl, role: 'app', max: 8 }), inbox });
  const control = async <T = Record<string, unknown>>(method: string, path: string, body?: object): Promise<T> => {
    const response = await fetch(`${sandbox.url}/_sandbox/${path}`, { method, ...(body ? { body: JSON.stringify(body) } : {}) });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as T;
  };
  let made = 0;

  return {
    urls,
    sandbox,
    control,
    owner: <R extends Record<string, unknown>>(sql: string, params: readonly unknown[] = []) =>
      asOwner(urls.ownerUrl, async (owner) => {
        // The owner's login is bound by FORCE as well: a look behind the walls goes workspace by workspace.
        const { rows } = await owner.query<{ id: string }>('SELECT id FROM workspace');
        const found: R[] = [];
        for (const { id } of rows) {
          await owner.query(`SELECT set_config('app.workspace', $1, false)`, [id]);
          found.push(...(await owner.query<R>(sql, [...params])).rows);
        }
        return found;
      }),
    /** A statement over routing tables, run once. */
    routing: <R extends Record<string, unknown>>(sql: string, params: readonly unknown[] = []) =>
      asOwner(urls.ownerUrl, async (owner) => (await owner.query<R>(sql, [...params])).rows),
    /** A merchant account at Stripe, empty. */
    account: async (name = 'Harbor Weekly AS') =>
      (await control<{ id: string }>('POST', 'accounts', { name, country: 'NO', email: `desk${(made += 1)}@harbor.example` })).id,
    code: async (account: string, of: { livemode?: boolean; spoiled?: 'expired' | 'used' } = {}) =>
      (await control<{ code: string }>('POST', 'code', { account, client_id: keys[of.livemode ? 'LIVE' : 'TEST'].CLIENT_ID, spoiled: of.spoiled })).code,
    /** Calls the sandbox had, most interesting of them the deauthorisations. */
    requests: async (of: { path?: string; account?: string } = {}) =>
      control<{ method: string; path: string; status: number; account: string | null }[]>('GET', `requests?${new URLSearchParams(of)}`),
    asWorker: async <T>(work: () => Promise<T>): Promise<T> => {
      const done = useDatabase({
        main: openDatabase({ url: urls.workerUrl, role: 'worker', max: 5 }),
        inbox: openDatabase({ url: urls.ingestUrl, role: 'ingest', max: 2 }),
      });
      try {
        return await work();
      } finally {
        await done();
      }
    },
    /** Resolves when the account's event was kept. */
    heard: door.heard,
    stop: async () => {
      await sandbox.stop();
      await door.close();
      await closePrisma();
      await close();
      await urls.drop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export async function visit(role: Parameters<typeof joinWorkspace>[0] = 'owner', into?: Workspace): Promise<Visit> {
  const { person, workspace } = await joinWorkspace(role, into);
  return { person, workspace, signedIn: await signIn(person) };
}

/** Another log-in of the same person. */
export async function signIn(person: Person): Promise<SignedIn> {
  return (await findSession(await startSession(person.id, { ip: null, userAgent: null }), true))!;
}

export async function merchantOf({ signedIn, workspace }: Pick<Visit, 'signedIn' | 'workspace'>, mode = 'test'): Promise<Merchant> {
  return (await findMerchantOf(signedIn, workspace.slug, mode))!;
}

/** Out to Stripe: the address, and what the browser now carries. */
export async function goOut(who: Pick<Visit, 'signedIn' | 'workspace'>, of: { mode?: string; backTo?: string; popup?: boolean } = {}): Promise<Out> {
  const begun = await begin(await merchantOf(who, of.mode), { attempt: null, popup: of.popup ?? false, backTo: of.backTo ?? null });
  const url = new URL(begun.url!);
  return { url, state: url.searchParams.get('state')!, cookie: begun.state, attempt: begun.attempt };
}

export function comeBack(
  out: Out,
  signedIn: SignedIn,
  said: { code?: string; error?: string; state?: string; cookie?: string | null },
): Promise<Attempt | null> {
  return finish(
    { state: said.state ?? out.state, cookie: said.cookie === undefined ? out.cookie : said.cookie, code: said.code ?? null, error: said.error ?? null },
    signedIn,
  );
}

/** Takes the sandbox's webhooks as the app's own door does. */
async function openDoor(): Promise<{ url: string; heard: (account: string, type: string) => Promise<void>; close: () => Promise<void> }> {
  const kept: { account?: string; type: string }[] = [];
  const receive = async (body: Buffer, signature: string | null): Promise<number> => {
    const { status } = await ingest(body, signature);
    if (status === 200) kept.push(JSON.parse(body.toString()) as { account?: string; type: string });
    return status;
  };
  const server: Server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      void receive(Buffer.concat(parts), request.headers['stripe-signature']?.toString() ?? null).then((status) => response.writeHead(status).end());
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (!address || typeof address === 'string') throw new Error('no port');
  return {
    url: `http://127.0.0.1:${address.port}/api/webhooks/stripe`,
    heard: async (account, type) => {
      const elapsed = stopwatch();
      while (!kept.some((event) => event.account === account && event.type === type)) {
        if (elapsed() > 15_000) throw new Error(`${type} of ${account} did not come; ${kept.length} other events did`);
        await sleep(20);
      }
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

function named(prefix: 'SANDBOX' | 'STRIPE'): Record<string, string> {
  return Object.fromEntries(Object.entries(keys).flatMap(([mode, of]) => Object.entries(of).map(([name, value]) => [`${prefix}_${mode}_${name}`, value])));
}
