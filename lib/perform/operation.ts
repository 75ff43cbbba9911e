// An operation's row as the engine reads it, and what the machine needs to know of it.
import type { Tx } from '../db.ts';
import { isOurs } from '../deployment.ts';
import type { Ledger } from '../ledger.ts';
import type { Actor } from '../merchant.ts';
import { verbOf } from '../operations/index.ts';
import type { LastError } from './evidence.ts';
import type { Facts, ReviewWhy, State } from './machine.ts';

export type Operation = {
  readonly id: string;
  readonly workspace_id: string;
  readonly account: string;
  readonly livemode: boolean;
  readonly generation: number;
  readonly kind: string;
  readonly target: string;
  readonly charge: string | null;
  readonly params: Readonly<Record<string, unknown>>;
  readonly params_hash: string;
  readonly state: State;
  readonly amount: bigint | null;
  readonly currency: string | null;
  readonly attempts: number;
  readonly equal_500s: number;
  readonly last_500: string | null;
  readonly checks: number;
  readonly first_sent_at: Date | null;
  /** Since `first_sent_at`, by the database's clock. */
  readonly doubt_for: number | null;
  readonly stripe_id: string | null;
  readonly stripe_status: string | null;
  readonly request_id: string | null;
  readonly last_error: LastError | null;
  readonly actor: StoredActor;
  readonly found_by: 'reading' | 'event' | 'person' | null;
  /** Only while `held`. */
  readonly held_why: HeldWhy | null;
  readonly review_why: ReviewWhy | null;
  readonly decided: Decided | null;
};

/** Who asked, as the operation keeps it. */
export type StoredActor = { readonly kind: 'person' | 'key' | 'job'; readonly id: string; readonly name: string; readonly role?: string };

/** `access` to the account is in doubt; the database is a copy, or was put back from a backup; Stripe answers nothing. */
export type HeldWhy = 'access' | 'restored_copy' | 'restored' | 'stripe_down';

/** What a person decided: in review, or to withdraw it. The reason lies beside the audit chain. */
export type Decided = { readonly what: 'refunded' | 'not_refunded' | 'withdrawn'; readonly by: StoredActor; readonly at: string };

const columns = `id, workspace_id, account, livemode, generation, kind, target, charge, params, params_hash, state, amount, currency, attempts, equal_500s, last_500, checks,
  first_sent_at, (extract(epoch FROM clock_timestamp() - first_sent_at) * 1000)::float8 AS doubt_for, stripe_id, stripe_status, request_id, last_error,
  actor, found_by, held_why, review_why, decided`;

export function storedActor({ kind, id, name, ...rest }: Actor): StoredActor {
  return 'role' in rest ? { kind, id, name, role: rest.role } : { kind, id, name };
}

export async function findOperation(tx: Tx, ledger: Ledger, id: string, lock: '' | 'FOR UPDATE' = ''): Promise<Operation | null> {
  return tx.maybe<Operation>(`SELECT ${columns} FROM operation WHERE workspace_id = $1 AND account = $2 AND livemode = $3 AND id = $4 ${lock}`, [
    ledger.workspace,
    ledger.account,
    ledger.livemode,
    id,
  ]);
}

/** Also an operation of another account of this workspace: a token is used once in a workspace and mode. */
export async function findByToken(tx: Tx, workspace: string, token: string): Promise<Operation | null> {
  return tx.maybe<Operation>(`SELECT ${columns} FROM operation WHERE workspace_id = $1 AND client_token = $2`, [workspace, token]);
}

export function keyOf(operation: Operation): string {
  return `op_${operation.id}_${operation.kind}`;
}

export function factsOf(operation: Operation, access: Facts['access']): Facts {
  return {
    state: operation.state,
    doubtFor: operation.doubt_for,
    equal500s: operation.equal_500s,
    last500: operation.last_500,
    checks: operation.checks,
    refused: operation.last_error?.kind === 'refused',
    readingSettles: verbOf(operation.kind).readingSettles ?? false,
    access,
  };
}

/** Whether an operation asked under this generation may go out now. */
export async function accessFor(tx: Tx, ledger: Ledger, kind: string): Promise<Facts['access']> {
  if (!(await isOurs(tx))) return 'paused';
  if (verbOf(kind).whilePaused) {
    const { later } = await tx.one<{ later: boolean }>(
      'SELECT EXISTS (SELECT FROM connection WHERE workspace_id = $1 AND account = $2 AND livemode = $3 AND generation > $4) AS later',
      [ledger.workspace, ledger.account, ledger.livemode, ledger.generation],
    );
    return later ? 'ended' : 'open';
  }
  const route = await tx.maybe<{ generation: number; paused: boolean; own: boolean }>(
    'SELECT generation, paused, workspace_id = $3 AS own FROM account_route WHERE account = $1 AND livemode = $2',
    [ledger.account, ledger.livemode, ledger.workspace],
  );
  if (!route) return 'paused';
  if (!route.own || route.generation > ledger.generation) return 'ended';
  return route.paused ? 'paused' : 'open';
}
