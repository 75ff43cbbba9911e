// Merchants as attacks need them: people of every role, sessions, keys, and accounts that count as connected without Stripe being asked.
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { createKey, merchantForKey } from '#lib/access/api-key.ts';
import { ledgerOfRow } from '#lib/access/job.ts';
import { operator, setRole } from '#lib/access/membership.ts';
import { findMerchantOf } from '#lib/access/merchant-of.ts';
import { createPerson, type Person } from '#lib/access/person.ts';
import { sealSession, sessionCookie } from '#lib/access/session-cookie.ts';
import { findSession, startSession } from '#lib/access/session-row.ts';
import { createWorkspace } from '#lib/access/workspaces.ts';
import type { Ledger } from '#lib/ledger.ts';
import type { Merchant, Role, Workspace } from '#lib/merchant.ts';

export const PASSWORD = 'a long enough passphrase 7';

/** A new person with this role in a new workspace, or in the one given. */
export async function join(role: Role, into?: Workspace): Promise<{ person: Person; workspace: Workspace }> {
  const person = await createPerson({ email: `${role}.${randomUUID().slice(0, 8)}@example.com`, name: `The ${role}`, password: PASSWORD });
  if (into) {
    await setRole(operator(into, 'test'), person.id, role);
    return { person, workspace: into };
  }
  const made = await createWorkspace(
    { id: person.id, actor: { kind: 'job', id: 'system', name: 'test' } },
    { name: `Test ${randomUUID().slice(0, 8)}`, timeZone: 'UTC', locale: 'en' },
  );
  if (made.kind !== 'created') throw new Error(`No workspace was made: ${JSON.stringify(made)}`);
  return { person, workspace: made.workspace };
}

/** A signed-in person's Cookie header. */
export async function signIn(person: Person): Promise<string> {
  const token = await startSession(person.id, { ip: null, userAgent: 'test' });
  return `${sessionCookie().name}=${await sealSession(token)}`;
}

/** A person at work in a session of their own, as a request would find them. */
export async function atWork(person: Person, workspace: Workspace, mode: 'test' | 'live' = 'test'): Promise<Merchant> {
  const signedIn = await findSession(await startSession(person.id, { ip: null, userAgent: 'test' }), false);
  const merchant = signedIn && (await findMerchantOf(signedIn, workspace.slug, mode));
  if (!merchant) throw new Error(`${person.email} does not work in ${workspace.slug}.`);
  return merchant;
}

/** A program with a new key. */
export async function withKey(workspace: Workspace, scopes: Parameters<typeof createKey>[1]['scopes']): Promise<Merchant> {
  const { key } = await giveKey(workspace, false, scopes);
  return merchantForKey({ headers: new Headers({ authorization: `Bearer ${key}` }) });
}

export async function giveKey(
  workspace: Workspace,
  livemode: boolean,
  scopes: Parameters<typeof createKey>[1]['scopes'] = ['read'],
): Promise<{ id: string; key: string }> {
  return createKey(operator(workspace, 'test', livemode), { name: 'Test', scopes, days: 30 });
}

/** Rows alone: connection and route, as after a confirmed connect. */
export async function connectAccount(ownerUrl: string, workspace: Workspace, account: string, livemode: boolean): Promise<Ledger> {
  const ledger = ledgerOfRow({ workspace_id: workspace.id, account, livemode, generation: 1 });
  await asOwner(ownerUrl, async (owner) => {
    await owner.query(`SELECT set_config('app.workspace', $1, false)`, [workspace.id]);
    await owner.query(
      `INSERT INTO connection (workspace_id, account, livemode, generation, state, scope, facts, confirmed_at, live_at)
       VALUES ($1, $2, $3, 1, 'live', 'read_write', '{"name":"Test","country":"NO","currency":"nok"}', now(), now())`,
      [workspace.id, account, livemode],
    );
    await owner.query('INSERT INTO account_route (account, livemode, workspace_id, generation) VALUES ($1, $2, $3, 1)', [account, livemode, workspace.id]);
  });
  return ledger;
}

/** What only the owner's login may do: set a stage, or look behind every wall. */
export async function asOwner<T>(ownerUrl: string, work: (owner: pg.Client) => Promise<T>): Promise<T> {
  const owner = new pg.Client({ connectionString: ownerUrl });
  await owner.connect();
  try {
    return await work(owner);
  } finally {
    await owner.end();
  }
}
