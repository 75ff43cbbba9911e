// What was asked for here, and how far it has come: one operation, as a program that asked for it follows it.
import { db } from '../db.ts';
import type { Ledger } from '../ledger.ts';

export type Asked = {
  readonly id: string;
  readonly kind: string;
  readonly livemode: boolean;
  readonly state: string;
  /** What was acted on, as it was named. */
  readonly target: string;
  readonly charge: string | null;
  readonly amount: bigint | null;
  readonly currency: string | null;
  /** Stripe's object, once there is one, and Stripe's word for it. */
  readonly stripe_id: string | null;
  readonly stripe_status: string | null;
  /** The last answer that was no object. */
  readonly last_error: AskedError | null;
  /** Why it is held, or in review. */
  readonly why: string | null;
  readonly created_at: Date;
};

export type AskedError = {
  readonly kind: string;
  readonly code: string | null;
  readonly message: string;
  readonly request: string | null;
  readonly status?: number;
  readonly type?: string;
  readonly param?: string;
};

/** Null when this ledger has none by that id, whoever else may. */
export async function findAsked(ledger: Ledger, id: string): Promise<Asked | null> {
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id)) return null;
  return db.as(ledger, (tx) =>
    tx.maybe<Asked>(
      `SELECT id, kind, livemode, state, target, charge, amount, currency, stripe_id, stripe_status, last_error, COALESCE(held_why, review_why) AS why, created_at FROM operation
        WHERE workspace_id = $1 AND account = $2 AND livemode = $3 AND id = $4 AND kind <> 'deauthorize'`,
      [ledger.workspace, ledger.account, ledger.livemode, id],
    ),
  );
}
