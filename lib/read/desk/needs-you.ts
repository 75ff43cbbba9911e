// Refunds that need a person: one whose outcome somebody must decide, one whose customer must act, one that failed and was neither refunded again nor seen to.
import { db, type Tx } from '../../db.ts';
import type { Ledger } from '../../ledger.ts';
import { wordOfRefund } from './refund-word.ts';
import { belongs } from './refunds-where.ts';
import { here } from './statement.ts';
import { type Failure, unanswered } from './unanswered.ts';

export type Needing = {
  /** The address of its page. */
  readonly id: string;
  readonly word: string;
  readonly amount: bigint;
  readonly currency: string;
  readonly customer: string | null;
  /** Since when it waits. */
  readonly since: Date;
};

/** So many failed refunds are looked through, the newest first: more than any desk leaves undone. */
const LOOKED_AT = 300;

/** The oldest first. */
export async function listNeeding(ledger: Ledger): Promise<Needing[]> {
  return db.as(ledger, async (tx) => {
    const waiting = await tx.query<Needing>(WAITING, scopeOf(ledger));
    return [...waiting, ...(await failedOnes(tx, ledger))].toSorted((a, b) => a.since.getTime() - b.since.getTime());
  });
}

/** Whether a refund that failed still waits for somebody. */
export async function stillNeeds(ledger: Ledger, refund: string): Promise<boolean> {
  return (await listNeeding(ledger)).some(({ id }) => id === refund);
}

const WHO = `COALESCE(u.name, u.email)`;
const CUSTOMER = (charge: string) => `LEFT JOIN charges c ON ${here('c')} AND c.id = ${charge} LEFT JOIN customers u ON ${here('u')} AND u.id = c.customer`;

const WAITING = `
SELECT 'op_' || o.id_text AS id, o.state AS word, COALESCE(o.amount, 0) AS amount, COALESCE(o.currency, '') AS currency, ${WHO} AS customer, o.created_at AS since
  FROM operation o ${CUSTOMER('o.charge')} WHERE ${here('o')} AND o.state = 'needs_review' AND ${belongs.unmade}
UNION ALL
SELECT r.id, r.status, COALESCE(r.amount, 0), COALESCE(r.currency, ''), ${WHO}, COALESCE(r.created, r.mirrored_at)
  FROM refunds r ${CUSTOMER('r.charge')} WHERE ${here('r')} AND r.status = 'requires_action' AND r.deleted_at IS NULL`;

type Failed = {
  id: string;
  charge: string | null;
  amount: bigint;
  currency: string;
  customer: string | null;
  status: string;
  failure_balance_transaction: string | null;
  made: Date;
  failed: Date;
};

async function failedOnes(tx: Tx, ledger: Ledger): Promise<Needing[]> {
  const failed = await tx.query<Failed>(FAILED, scopeOf(ledger));
  if (failed.length === 0) return [];
  const attempts = await tx.query<{ charge: string; amount: bigint; at: Date }>(ATTEMPTS, [
    ...scopeOf(ledger),
    [...new Set(failed.map(({ charge }) => charge))],
  ]);
  const open = new Set(
    unanswered(
      failed.map(failureOf),
      attempts.map(({ charge, amount, at }) => ({ of: `${charge} ${amount}`, at })),
    ),
  );
  return failed
    .filter(({ id }) => open.has(id))
    .map(({ failed: since, ...row }) => ({ id: row.id, word: wordOfRefund(row), amount: row.amount, currency: row.currency, customer: row.customer, since }));
}

function failureOf({ id, charge, amount, made, failed }: Failed): Failure {
  return { id, of: `${charge} ${amount}`, made, failed };
}

// Refunds made in Stripe count from a month before the account was connected: nobody here was there to see the older ones.
const FAILED = `
SELECT r.id, r.charge, COALESCE(r.amount, 0) AS amount, COALESCE(r.currency, '') AS currency, ${WHO} AS customer, r.status, r.failure_balance_transaction,
    COALESCE(r.created, r.mirrored_at) AS made, COALESCE(b.created, r.created, r.mirrored_at) AS failed
  FROM refunds r ${CUSTOMER('r.charge')}
  LEFT JOIN balance_transactions b ON ${here('b')} AND b.id = r.failure_balance_transaction
 WHERE ${here('r')} AND r.status = 'failed' AND r.deleted_at IS NULL
   AND NOT EXISTS (SELECT FROM refund_attended a WHERE ${here('a')} AND a.refund = r.id)
   AND (r.created > (SELECT min(n.created_at) - interval '30 days' FROM connection n WHERE ${here('n')})
     OR EXISTS (SELECT FROM operation o WHERE ${here('o')} AND o.kind = 'refund_payment' AND o.stripe_id = r.id))
 ORDER BY r.created DESC LIMIT ${LOOKED_AT}`;

const ATTEMPTS = `
SELECT r.charge, COALESCE(r.amount, 0) AS amount, COALESCE(r.created, r.mirrored_at) AS at FROM refunds r
 WHERE ${here('r')} AND r.charge = ANY($4) AND r.status IS DISTINCT FROM 'canceled' AND r.deleted_at IS NULL
UNION ALL
SELECT o.charge, COALESCE(o.amount, 0), o.created_at FROM operation o
 WHERE ${here('o')} AND o.charge = ANY($4) AND o.state NOT IN ('failed', 'canceled') AND ${belongs.unmade}`;

function scopeOf({ workspace, account, livemode }: Ledger): [string, string, boolean] {
  return [workspace, account, livemode];
}
