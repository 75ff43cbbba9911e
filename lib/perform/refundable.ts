// What can still be refunded of one payment, read from the mirror and from our own open operations. Under `lock` it is the decision's own view.
import { db, type Tx } from '../db.ts';
import { isOurs } from '../deployment.ts';
import { AppError } from '../errors.ts';
import type { Ledger } from '../ledger.ts';
import type { Ref } from '../mirror/owe.ts';
import { isKnownCurrency, type Minor } from '../money.ts';
import { leftOf, refundedOf, type Figures } from './amount.ts';
import type { State } from './machine.ts';

export type Unavailable = 'not_captured' | 'already_refunded' | 'disputed' | 'disconnected' | 'closed_ledger' | 'restored_copy' | 'unknown_currency';

export type Refundable = {
  readonly currency: string;
  readonly captured: Minor;
  readonly refunded: Minor;
  /** Ours, on their way, held or in review, with no refund mirrored yet. */
  readonly reserved: Minor;
  readonly left: Minor;
  /** Queued, sending or unknown: until it has its answer no other is taken. */
  readonly inFlight: { readonly amount: Minor; readonly currency: string; readonly state: State } | null;
  readonly unavailable: Unavailable | null;
};

/** Throws not_found for a payment the ledger does not hold. Decides nothing: `perform` reads again under the charge's lock. */
export async function refundableOf(ledger: Ledger, payment: string): Promise<Refundable> {
  const { figures, inFlight, unavailable } = await db.as(ledger, (tx) => readPayment(tx, ledger, payment, false));
  return {
    currency: figures.currency,
    captured: figures.captured,
    refunded: refundedOf(figures),
    reserved: figures.reserved,
    left: leftOf(figures),
    inFlight,
    unavailable,
  };
}

export type ReadPayment = Pick<Refundable, 'inFlight' | 'unavailable'> & {
  readonly charge: string | null;
  /** The desk's key: the payment intent's id, or the charge's where there is none. */
  readonly key: string;
  readonly figures: Figures;
  /** Rows no money decision may rest on before they are fetched again. */
  readonly doubts: readonly Ref[];
};

export async function readPayment(tx: Tx, ledger: Ledger, payment: string, lock: boolean): Promise<ReadPayment> {
  const scope = [ledger.workspace, ledger.account, ledger.livemode] as const;
  const intent = await tx.maybe<{ latest_charge: string | null; amount: bigint | null; currency: string | null }>(
    `SELECT latest_charge, amount, currency FROM payment_intents WHERE ${here()} AND id = $4`,
    [...scope, payment],
  );
  const found = await tx.maybe<{ id: string }>(
    `SELECT id FROM charges WHERE ${here()} AND (id = $4 OR payment_intent = $4) AND deleted_at IS NULL
      ORDER BY (id = $5) DESC NULLS LAST, (status = 'succeeded') DESC NULLS LAST, created DESC NULLS LAST LIMIT 1`,
    [...scope, payment, intent?.latest_charge ?? null],
  );
  if (!found) {
    if (!intent) throw new AppError('not_found', 'There is no such payment.', { param: 'payment' });
    return {
      charge: null,
      key: payment,
      figures: { currency: intent.currency ?? '', captured: 0n, chargeRefunded: 0n, refundsSum: 0n, reserved: 0n },
      inFlight: null,
      unavailable: 'not_captured',
      doubts: intent.latest_charge ? [{ type: 'charge', id: intent.latest_charge }] : [],
    };
  }
  const charge = await tx.one<Charge>(
    `SELECT id, payment_intent, currency, status, captured, amount_captured, amount_refunded FROM charges WHERE ${here()} AND id = $4 ${lock ? 'FOR UPDATE' : ''}`,
    [...scope, found.id],
  );
  const sums = await tx.one<{ refunds_sum: bigint; reserved: bigint; disputed: boolean }>(SUMS, [...scope, charge.id]);
  const inFlight = await tx.maybe<{ amount: bigint; currency: string; state: State }>(
    `SELECT amount, currency, state FROM operation WHERE ${here()} AND charge = $4 AND state IN ('queued', 'sending', 'unknown') ORDER BY created_at LIMIT 1`,
    [...scope, charge.id],
  );
  const taken = charge.status === 'succeeded' && charge.captured === true;
  const figures: Figures = {
    currency: charge.currency ?? '',
    captured: taken ? (charge.amount_captured ?? 0n) : 0n,
    chargeRefunded: charge.amount_refunded ?? 0n,
    refundsSum: sums.refunds_sum,
    reserved: sums.reserved,
  };
  return {
    charge: charge.id,
    key: charge.payment_intent ?? charge.id,
    figures,
    inFlight,
    unavailable: (await closedFor(tx, ledger)) ?? whyNot(figures, sums.disputed),
    doubts: await tx.query<{ type: string; id: string }>(DOUBTS, [...scope, charge.id]),
  };
}

type Charge = {
  id: string;
  payment_intent: string | null;
  currency: string | null;
  status: string | null;
  captured: boolean | null;
  amount_captured: bigint | null;
  amount_refunded: bigint | null;
};

function whyNot(figures: Figures, disputed: boolean): Unavailable | null {
  if (figures.captured === 0n) return 'not_captured';
  if (refundedOf(figures) >= figures.captured) return 'already_refunded';
  if (disputed) return 'disputed';
  return isKnownCurrency(figures.currency) ? null : 'unknown_currency';
}

/** While access is only in doubt a refund may be asked for: it is held until the doubt is over. */
async function closedFor(tx: Tx, ledger: Ledger): Promise<Unavailable | null> {
  if (!(await isOurs(tx))) return 'restored_copy';
  const connection = await tx.maybe<{ account: string; state: string }>(
    'SELECT account, state FROM connection WHERE workspace_id = $1 AND livemode = $2 ORDER BY created_at DESC, generation DESC LIMIT 1',
    [ledger.workspace, ledger.livemode],
  );
  if (connection && connection.account !== ledger.account) return 'closed_ledger';
  return connection && ['backfilling', 'live', 'suspended'].includes(connection.state) ? null : 'disconnected';
}

function here(alias = ''): string {
  return `${alias}workspace_id = $1 AND ${alias}account = $2 AND ${alias}livemode = $3`;
}

// An operation's amount is reserved from its first row on, until its own refund stands in the mirror or it is definitely nothing.
const SUMS = `
SELECT
  (SELECT COALESCE(sum(r.amount), 0)::bigint FROM refunds r
    WHERE ${here('r.')} AND r.charge = $4 AND r.deleted_at IS NULL AND r.status IS DISTINCT FROM 'failed' AND r.status IS DISTINCT FROM 'canceled') AS refunds_sum,
  (SELECT COALESCE(sum(o.amount), 0)::bigint FROM operation o
    WHERE ${here('o.')} AND o.charge = $4 AND o.state NOT IN ('failed', 'canceled')
      AND NOT EXISTS (SELECT FROM refunds r WHERE ${here('r.')} AND r.charge = $4 AND (r.id = o.stripe_id OR (r.op_id = o.id::text AND r.amount = o.amount)))) AS reserved,
  EXISTS (SELECT FROM disputes d
    WHERE ${here('d.')} AND d.charge = $4 AND d.deleted_at IS NULL AND d.data ->> 'is_charge_refundable' = 'false' AND d.status NOT IN ('won', 'prevented', 'warning_closed')) AS disputed`;

const DOUBTS = `
SELECT 'charge' AS type, id FROM charges WHERE ${here()} AND id = $4 AND NOT confirmed
UNION SELECT 'refund', id FROM refunds WHERE ${here()} AND charge = $4 AND NOT confirmed AND deleted_at IS NULL
UNION SELECT 'dispute', id FROM disputes WHERE ${here()} AND charge = $4 AND NOT confirmed AND deleted_at IS NULL
UNION SELECT type, id FROM work WHERE ${here()} AND kind = 'object' AND dirty_seq > clean_seq
  AND ((type = 'charge' AND id = $4) OR (type = 'refund' AND (id = '?charge=' || $4 OR id IN (SELECT id FROM refunds WHERE ${here()} AND charge = $4))))`;
