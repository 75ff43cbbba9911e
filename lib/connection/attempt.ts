// One attempt to connect: a one-time state, stored as a hash, and what it led to. The waiting page asks by the attempt's handle, never by the state.
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { db, type Tx } from '../db.ts';
import { modeOf, type Mode } from '../ledger.ts';
import type { Merchant } from '../merchant.ts';

/** How long Stripe's page may take. */
const MINUTES = 10;
const HANDLE = /^[\w-]{16,64}$/;

export type AttemptOutcome =
  | 'open'
  | 'void'
  | 'denied'
  | 'expired'
  | 'wrong_mode'
  | 'held_elsewhere'
  | 'awaiting_confirmation'
  | 'confirmed'
  | 'declined'
  | 'disconnected'
  | 'failed';

/** Whose browser: the session that began an attempt is the only one that may end it or ask about it. */
export type Visitor = { readonly person: string; readonly session: string };

export type Attempt = {
  readonly id: string;
  readonly hash: Buffer;
  readonly workspace: string;
  readonly slug: string;
  readonly livemode: boolean;
  readonly mode: Mode;
  readonly backTo: string;
  readonly popup: boolean;
  readonly outcome: AttemptOutcome;
  readonly detail: string | null;
  readonly account: string | null;
  readonly generation: number | null;
};

/** Stores a new attempt and voids whatever this session had open before: its browser holds one state at a time. */
export async function openAttempt(
  merchant: Merchant,
  visitor: Visitor,
  of: { id: string | null; popup: boolean; backTo: string; refused?: string },
): Promise<{ id: string; state: string }> {
  const state = randomBytes(32).toString('base64url');
  const id = of.id !== null && HANDLE.test(of.id) ? of.id : randomBytes(16).toString('base64url');
  return db.as(merchant, async (tx) => {
    await tx.query(`UPDATE oauth_state SET outcome = 'void' WHERE session_id = $1 AND outcome = 'open' AND used_at IS NULL`, [visitor.session]);
    const insert = (handle: string) =>
      tx.maybe<{ attempt: string }>(
        `INSERT INTO oauth_state (state_hash, attempt, session_id, workspace_id, person_id, livemode, back_to, popup, expires_at, outcome, detail)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, clock_timestamp() + $9 * interval '1 minute', $10, $11)
         ON CONFLICT (session_id, attempt) DO NOTHING RETURNING attempt`,
        [
          digest(state),
          handle,
          visitor.session,
          merchant.workspace.id,
          visitor.person,
          merchant.livemode,
          of.backTo,
          of.popup,
          MINUTES,
          of.refused ? 'failed' : 'open',
          of.refused ?? null,
        ],
      );
    const made = (await insert(id)) ?? (await insert(randomBytes(16).toString('base64url')));
    return { id: made!.attempt, state };
  });
}

/**
 * Uses up the state in one statement. `fresh` is true for one caller alone; every later one (a reload, a replay) gets what the first led to.
 * Null: no such state in this session, or the browser's own cookie does not carry it.
 */
export async function takeAttempt(state: string, cookie: string | null, visitor: Visitor): Promise<{ attempt: Attempt; fresh: boolean } | null> {
  const hash = digest(state);
  return db.routing(async (tx) => {
    const mine = cookie !== null && timingSafeEqual(digest(cookie), hash);
    const taken = mine
      ? await tx.run(
          `UPDATE oauth_state SET used_at = clock_timestamp()
            WHERE state_hash = $1 AND session_id = $2 AND person_id = $3 AND outcome = 'open' AND used_at IS NULL AND expires_at > clock_timestamp()`,
          [hash, visitor.session, visitor.person],
        )
      : 0;
    const attempt = await read(tx, 'o.state_hash = $1 AND o.session_id = $2 AND o.person_id = $3', [hash, visitor.session, visitor.person]);
    if (!attempt || (!mine && attempt.outcome === 'open')) return null;
    return { attempt, fresh: taken === 1 };
  });
}

/** What an attempt of this session came to, by its handle. */
export function findAttempt(visitor: Visitor, id: string): Promise<Attempt | null> {
  if (!HANDLE.test(id)) return Promise.resolve(null);
  return db.routing((tx) => read(tx, 'o.attempt = $1 AND o.session_id = $2 AND o.person_id = $3', [id, visitor.session, visitor.person]));
}

/** The attempt of this session that led to a link, for a page that was opened without its handle. */
export function findAttemptOf(visitor: Visitor, link: { account: string; livemode: boolean; generation: number }): Promise<Attempt | null> {
  return db.routing((tx) =>
    read(tx, 'o.session_id = $1 AND o.person_id = $2 AND o.account = $3 AND o.livemode = $4 AND o.generation = $5 ORDER BY o.used_at DESC LIMIT 1', [
      visitor.session,
      visitor.person,
      link.account,
      link.livemode,
      link.generation,
    ]),
  );
}

export async function settleAttempt(
  tx: Tx,
  attempt: Attempt,
  outcome: AttemptOutcome,
  of: { detail?: string; account?: string; generation?: number } = {},
): Promise<Attempt> {
  const { detail = null, account = null, generation = null } = of;
  await tx.query('UPDATE oauth_state SET outcome = $2, detail = $3, account = $4, generation = $5 WHERE state_hash = $1', [
    attempt.hash,
    outcome,
    detail,
    account,
    generation,
  ]);
  return { ...attempt, outcome, detail, account, generation };
}

/** Says of every attempt that led to this connection what became of it. */
export async function settleAttemptsOf(
  tx: Tx,
  of: { workspace: string; account: string; livemode: boolean; generation: number },
  outcome: 'confirmed' | 'declined' | 'disconnected',
): Promise<void> {
  await tx.query(
    `UPDATE oauth_state SET outcome = $5, decided_at = clock_timestamp()
      WHERE workspace_id = $1 AND account = $2 AND livemode = $3 AND generation = $4 AND outcome IN ('awaiting_confirmation', 'declined')`,
    [of.workspace, of.account, of.livemode, of.generation, outcome],
  );
}

type AttemptRow = {
  attempt: string;
  state_hash: Buffer;
  workspace_id: string;
  slug: string;
  livemode: boolean;
  back_to: string;
  popup: boolean;
  outcome: AttemptOutcome;
  detail: string | null;
  account: string | null;
  generation: number | null;
};

// An exchange takes 20 s at most: a state used up a minute ago that led to nothing belongs to a process that died.
async function read(tx: Tx, where: string, params: readonly unknown[]): Promise<Attempt | null> {
  const row = await tx.maybe<AttemptRow>(
    `SELECT o.attempt, o.state_hash, o.workspace_id, w.slug, o.livemode, o.back_to, o.popup, o.account, o.generation,
            CASE WHEN o.outcome <> 'open' THEN o.outcome
                 WHEN o.used_at IS NULL AND o.expires_at <= clock_timestamp() THEN 'expired'
                 WHEN o.used_at < clock_timestamp() - interval '60 s' THEN 'failed' ELSE 'open' END AS outcome,
            CASE WHEN o.outcome = 'open' AND o.used_at < clock_timestamp() - interval '60 s' THEN 'no_answer' ELSE o.detail END AS detail
       FROM oauth_state o JOIN workspace w ON w.id = o.workspace_id WHERE ${where}`,
    params,
  );
  return (
    row && {
      id: row.attempt,
      hash: row.state_hash,
      workspace: row.workspace_id,
      slug: row.slug,
      livemode: row.livemode,
      mode: modeOf(row),
      backTo: row.back_to,
      popup: row.popup,
      outcome: row.outcome,
      detail: row.detail,
      account: row.account,
      generation: row.generation,
    }
  );
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
