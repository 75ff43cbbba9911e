// The maker for programs: a key is 32 random bytes, shown once, kept as a hash, bound to one workspace and one mode.
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { appendAudit } from '../audit.ts';
import { db } from '../db.ts';
import { AppError } from '../errors.ts';
import { makeMerchant, type Capability, type Merchant } from '../merchant.ts';
import { ledgerOf, workspaceOf, type WorkspaceRow } from './merchant-of.ts';
import { capabilitiesOf } from './roles.ts';

/** What a key may be given. Team, keys, connecting and disconnecting stay with people. */
export const scopes = ['read', 'export', 'refund', 'write', 'repair', 'audit'] as const satisfies readonly Capability[];
export type Scope = (typeof scopes)[number];

export const MAX_DAYS = 365;

/** Returns the key itself, the only time it is seen. Nobody can give what they do not have (S9). */
export async function createKey(
  merchant: Merchant,
  given: { name: string; scopes: readonly Scope[]; days: number },
): Promise<{ id: string; key: string; expiresAt: Date }> {
  if (!merchant.can.has('keys')) throw new AppError('forbidden', 'Keys are made by an owner or an admin.', { detail: { role: 'admin' } });
  const name = given.name.trim();
  if (name === '' || name.length > 80) throw new AppError('unprocessable', 'A key needs a name of 1 to 80 characters.', { param: 'name' });
  if (!Number.isInteger(given.days) || given.days < 1 || given.days > MAX_DAYS)
    throw new AppError('unprocessable', `A key lives 1 to ${MAX_DAYS} days.`, { param: 'days' });
  const unknown = given.scopes.find((scope) => !scopes.includes(scope) || !merchant.can.has(scope));
  if (unknown !== undefined || given.scopes.length === 0)
    throw new AppError('unprocessable', `A key's scopes are some of ${scopes.join(', ')}.`, { param: 'scopes' });
  const key = `cpk_${merchant.livemode ? 'live' : 'test'}_${randomBytes(32).toString('base64url')}`;
  const id = randomUUID();
  const granted = [...new Set(given.scopes)];
  const { expires_at } = await db.as(merchant, async (tx) => {
    const kept = await tx.one<{ expires_at: Date }>(
      `INSERT INTO api_key (workspace_id, id, name, last4, livemode, scopes, created_by, expires_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, now() + make_interval(days => $8)) RETURNING expires_at`,
      [merchant.workspace.id, id, name, key.slice(-4), merchant.livemode, granted, merchant.actor.kind === 'person' ? merchant.actor.id : null, given.days],
    );
    await tx.query(
      'INSERT INTO api_key_hash (hash, key_id, workspace_id, livemode, scopes, expires_at) SELECT $1, id, workspace_id, livemode, scopes, expires_at FROM api_key WHERE workspace_id = $2 AND id = $3',
      [hashOf(key), merchant.workspace.id, id],
    );
    await appendAudit(tx, merchant.workspace.id, {
      act: 'key.created',
      actor: merchant.actor,
      livemode: merchant.livemode,
      object: { type: 'api_key', id },
      after: { scopes: granted, days: given.days },
      texts: { name },
    });
    return kept;
  });
  return { id, key, expiresAt: expires_at };
}

/** Bites on the key's next request. */
export async function revokeKey(merchant: Merchant, id: string): Promise<void> {
  if (!merchant.can.has('keys')) throw new AppError('forbidden', 'Keys are revoked by an owner or an admin.', { detail: { role: 'admin' } });
  await db.as(merchant, async (tx) => {
    const revoked = await tx.run('UPDATE api_key SET revoked_at = now() WHERE workspace_id = $1 AND id = $2 AND revoked_at IS NULL', [
      merchant.workspace.id,
      id,
    ]);
    if (revoked === 0) throw new AppError('not_found', 'No such key.');
    await tx.query('UPDATE api_key_hash SET revoked_at = now() WHERE key_id = $1 AND workspace_id = $2', [id, merchant.workspace.id]);
    await appendAudit(tx, merchant.workspace.id, { act: 'key.revoked', actor: merchant.actor, livemode: merchant.livemode, object: { type: 'api_key', id } });
  });
}

/** The Merchant of a bearer key. AppError bad_key for anything else; cookies play no part. */
export async function merchantForKey(request: { headers: Pick<Headers, 'get'> }): Promise<Merchant> {
  const key = /^Bearer (cpk_(?:test|live)_[\w-]{43})$/i.exec(request.headers.get('authorization') ?? '')?.[1];
  if (!key) throw badKey();
  const [row] = await db.statement<WorkspaceRow & { key_id: string; livemode: boolean; scopes: string[] }>(
    `SELECT h.key_id, h.livemode, h.scopes, w.id, w.slug, w.name, w.time_zone, w.locale FROM api_key_hash h JOIN workspace w ON w.id = h.workspace_id
      WHERE h.hash = $1 AND h.revoked_at IS NULL AND h.expires_at > now()`,
    [hashOf(key)],
  );
  if (!row) throw badKey();
  const can = new Set([...capabilitiesOf('owner')].filter((capability) => row.scopes.includes(capability)));
  const base = { workspace: workspaceOf(row), livemode: row.livemode, can };
  const nameless = makeMerchant({ ...base, actor: { kind: 'key', id: row.key_id, name: '' }, ledger: null });
  const { name } = await use(nameless, row.key_id);
  return makeMerchant({ ...base, actor: { kind: 'key', id: row.key_id, name }, ledger: await ledgerOf(nameless) });
}

/** Reads the key's name and notes the use, at most once a minute. */
async function use(merchant: Merchant, id: string): Promise<{ name: string }> {
  return db.as(merchant, async (tx) => {
    const key = await tx.one<{ name: string; resting: boolean }>(
      `SELECT name, coalesce(last_used_at < now() - interval '1 minute', true) AS resting FROM api_key WHERE workspace_id = $1 AND id = $2`,
      [merchant.workspace.id, id],
    );
    if (key.resting) await tx.query('UPDATE api_key SET last_used_at = now() WHERE workspace_id = $1 AND id = $2', [merchant.workspace.id, id]);
    return key;
  });
}

function badKey(): AppError {
  return new AppError('bad_key', 'The API key is missing, unknown, expired or revoked.');
}

function hashOf(key: string): Buffer {
  return createHash('sha256').update(key).digest();
}
