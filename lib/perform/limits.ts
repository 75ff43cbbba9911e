// How much one may refund, per refund and per day, and above what amount the password is asked again (INVARIANTS §3.2, §4, §6).
// Minor units of one currency throughout: nothing is ever added across two.
import { capabilities, limitedRoles, roles } from '../access/roles.ts';
import { isSteppedUpIn } from '../access/session-row.ts';
import { appendAudit } from '../audit.ts';
import { db, type Tx } from '../db.ts';
import { AppError } from '../errors.ts';
import type { Merchant, Role } from '../merchant.ts';
import { exponentOf, isKnownCurrency, type Minor } from '../money.ts';

/** `used` is what was asked today, in the workspace's time zone, and neither failed nor was withdrawn. */
export type Limit = { readonly each: Minor | null; readonly day: Minor | null; readonly used: Minor };

/**
 * What binds this merchant in a currency: a person's own line, else the role's. `none_set`: bound to currencies that have a line, and this has none.
 * Null: nothing binds. A key may refund up to the amount above which a person would give the password; a named job is bound by the code that runs it.
 */
export async function limitFor(tx: Tx, merchant: Merchant, currency: string): Promise<Limit | 'none_set' | null> {
  const { actor, workspace } = merchant;
  if (actor.kind === 'job') return null;
  if (actor.kind === 'key') return { each: await stepUpAbove(tx, workspace.id, currency), day: null, used: 0n };
  const lines = await tx.query<Line>(
    `SELECT currency, each, per_day AS day FROM refund_limit
      WHERE workspace_id = $1 AND whose = ANY($2) AND num_nonnulls(each, per_day) > 0 ORDER BY person_id IS NULL`,
    [workspace.id, [actor.role, actor.id]],
  );
  const line = bindingLine(lines, actor.role, currency);
  return line === null || line === 'none_set' ? line : { each: line.each, day: line.day, used: await usedToday(tx, merchant, currency) };
}

export type Line = { readonly currency: string; readonly each: Minor | null; readonly day: Minor | null };

/** `lines`: the person's own first. Whoever has a limit in any currency is bound to those that have one (INVARIANTS §4). */
export function bindingLine(lines: readonly Line[], role: Role, currency: string): Line | 'none_set' | null {
  const line = lines.find((each) => each.currency === currency);
  if (line) return line;
  return lines.length > 0 || limitedRoles.has(role) ? 'none_set' : null;
}

export function isOver(amount: Minor, { each, day, used }: Limit): boolean {
  return (each !== null && amount > each) || (day !== null && used + amount > day);
}

/**
 * Until this transaction ends nobody else counts or adds to the same day: taken before `limitFor` by whoever goes on to store an operation,
 * so that parallel refunds of different charges cannot each find the same room. Always after the charge's lock, never before it.
 */
export async function lockDay(tx: Tx, { workspace, actor, livemode }: Merchant, currency: string): Promise<void> {
  await tx.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 20260102))', [`${workspace.id} ${actor.id} ${currency} ${livemode}`]);
}

async function usedToday(tx: Tx, { workspace, actor, livemode }: Merchant, currency: string): Promise<Minor> {
  const { used } = await tx.one<{ used: bigint }>(
    `SELECT COALESCE(sum(amount), 0)::bigint AS used FROM operation
      WHERE workspace_id = $1 AND livemode = $2 AND actor_id = $3 AND currency = $4 AND kind = 'refund_payment' AND state NOT IN ('failed', 'canceled')
        AND created_at >= date_trunc('day', now() AT TIME ZONE $5) AT TIME ZONE $5`,
    [workspace.id, livemode, actor.id, currency, workspace.timeZone],
  );
  return used;
}

const DEFAULT_UNITS = 500n;
const DEFAULT_WITHOUT_DECIMALS = 50_000n;

/** The amount above which a refund asks for the password. */
export async function stepUpAbove(tx: Tx, workspace: string, currency: string): Promise<Minor> {
  const set = await tx.maybe<{ amount: bigint }>('SELECT amount FROM step_up_amount WHERE workspace_id = $1 AND currency = $2', [workspace, currency]);
  return set?.amount ?? defaultStepUp(currency);
}

export function defaultStepUp(currency: string): Minor {
  const exponent = exponentOf(currency);
  return exponent === 0 ? DEFAULT_WITHOUT_DECIMALS : DEFAULT_UNITS * 10n ** BigInt(exponent);
}

/** `isSteppedUp`, in the transaction that decides. */
export async function hasSteppedUp(tx: Tx, { actor }: Merchant): Promise<boolean> {
  return actor.kind === 'person' ? isSteppedUpIn(tx, { session: actor.session, person: actor.id }) : actor.kind === 'job';
}

export type Whose = { readonly role: Role } | { readonly person: string };
export type Saved = 'saved' | 'needs_password';

/**
 * Sets what a role or a member may refund in a currency; neither figure takes the line away. Audited with what stood before.
 * Whoever is no owner sets limits only below their own role: nobody raises their own. Throws forbidden, not_found, unprocessable.
 */
export async function setRefundLimit(
  merchant: Merchant,
  { whose, currency, each, day }: { whose: Whose; currency: string; each: Minor | null; day: Minor | null },
): Promise<Saved> {
  requireTeam(merchant);
  requireFigures(currency, { each, day });
  return db.as(merchant, async (tx) => {
    const role = await roleOf(tx, merchant, whose);
    requireBelow(merchant, role);
    if (!(await hasSteppedUp(tx, merchant))) return 'needs_password';
    await lockSettings(tx, merchant);
    const about = [merchant.workspace.id, 'role' in whose ? whose.role : null, 'person' in whose ? whose.person : null, currency];
    const before = await tx.maybe<{ each: bigint | null; day: bigint | null }>(
      'SELECT each, per_day AS day FROM refund_limit WHERE workspace_id = $1 AND whose = COALESCE($2, $3) AND currency = $4',
      about,
    );
    if ((before?.each ?? null) === each && (before?.day ?? null) === day) return 'saved';
    await tx.query(
      `INSERT INTO refund_limit (workspace_id, role, person_id, currency, each, per_day) VALUES ($1, $2, $3::uuid, $4, $5, $6)
       ON CONFLICT (workspace_id, whose, currency) DO UPDATE SET each = excluded.each, per_day = excluded.per_day, set_at = clock_timestamp()`,
      [...about, each, day],
    );
    await appendAudit(tx, merchant.workspace.id, {
      act: 'refund_limit.set',
      actor: merchant.actor,
      object: 'role' in whose ? { type: 'role', id: whose.role } : { type: 'person', id: whose.person },
      before: { currency, each: before?.each ?? null, day: before?.day ?? null },
      after: { currency, each, day },
    });
    return 'saved';
  });
}

/** Sets above what amount a refund asks for the password. Throws forbidden, unprocessable. */
export async function setStepUpAmount(merchant: Merchant, { currency, amount }: { currency: string; amount: Minor }): Promise<Saved> {
  requireTeam(merchant);
  requireFigures(currency, { amount });
  return db.as(merchant, async (tx) => {
    if (!(await hasSteppedUp(tx, merchant))) return 'needs_password';
    await lockSettings(tx, merchant);
    const before = await stepUpAbove(tx, merchant.workspace.id, currency);
    if (before === amount) return 'saved';
    await tx.query(
      `INSERT INTO step_up_amount (workspace_id, currency, amount) VALUES ($1, $2, $3)
       ON CONFLICT (workspace_id, currency) DO UPDATE SET amount = excluded.amount, set_at = clock_timestamp()`,
      [merchant.workspace.id, currency, amount],
    );
    await appendAudit(tx, merchant.workspace.id, {
      act: 'step_up_amount.set',
      actor: merchant.actor,
      object: { type: 'currency', id: currency },
      before: { currency, amount: before },
      after: { currency, amount },
    });
    return 'saved';
  });
}

function requireTeam(merchant: Merchant): void {
  if (!merchant.can.has('team')) throw new AppError('forbidden', 'Changing limits needs the role admin.', { detail: { role: 'admin' } });
}

function requireFigures(currency: string, figures: Readonly<Record<string, Minor | null>>): void {
  if (!/^[a-z]{3}$/.test(currency) || !isKnownCurrency(currency))
    throw new AppError('unprocessable', 'A currency is a code of three lower-case letters, such as eur.', { param: 'currency' });
  for (const [param, figure] of Object.entries(figures))
    if (figure !== null && (figure < 0n || figure > 10n ** 15n))
      throw new AppError('unprocessable', 'An amount is 0 or more, in minor units, of at most 15 digits.', { param });
}

/** Of a person who is a member here; of anyone else nothing is said. */
async function roleOf(tx: Tx, merchant: Merchant, whose: Whose): Promise<Role> {
  const member = 'role' in whose ? whose : isUuid(whose.person) && (await findMember(tx, merchant, whose.person));
  if (!member) throw new AppError('not_found', 'There is no such member.', { param: 'person' });
  if (!roles.includes(member.role) || !capabilities[member.role].includes('refund'))
    throw new AppError('unprocessable', 'This role may not refund, so it takes no limit.', { param: 'role' });
  return member.role;
}

function findMember(tx: Tx, { workspace }: Merchant, person: string): Promise<{ role: Role } | null> {
  return tx.maybe<{ role: Role }>('SELECT role FROM membership WHERE workspace_id = $1 AND person_id = $2', [workspace.id, person]);
}

function isUuid(text: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text);
}

function requireBelow({ actor }: Merchant, role: Role): void {
  if (actor.kind === 'job' || (actor.kind === 'person' && actor.role === 'owner')) return;
  if (actor.kind !== 'person' || roles.indexOf(actor.role) >= roles.indexOf(role))
    throw new AppError('forbidden', `Limits of the role ${role} are set by an owner.`, { detail: { role: 'owner' } });
}

/** So that `before` in the audit log is what really stood before. */
async function lockSettings(tx: Tx, { workspace }: Merchant): Promise<void> {
  await tx.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 20260103))', [workspace.id]);
}
