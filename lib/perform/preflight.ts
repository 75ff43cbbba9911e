// What a person should know before they refund a payment: read from the mirror and from what was asked here. It decides nothing; `perform` does.
import { db, type Tx } from '../db.ts';
import { AppError } from '../errors.ts';
import type { Ledger } from '../ledger.ts';
import type { Merchant } from '../merchant.ts';
import type { Minor } from '../money.ts';
import { refundedLately, type Lately } from './lately.ts';
import { hasSteppedUp, limitFor, stepUpAbove, type Limit } from './limits.ts';
import { readPayment } from './refundable.ts';
import { mayRefund } from './who-may.ts';

export type Preflight = {
  /** The newest that stands open, or that keeps the charge from being refunded. An inquiry moves no money and stops no refund. */
  readonly dispute: { readonly id: string; readonly status: string; readonly stops: boolean } | null;
  /** Refunds that Stripe has and has not made yet: a dispute opened before they are through makes them fail. */
  readonly pending: Minor | null;
  /** "04/26" where the card that paid has expired: the bank may send the money back. */
  readonly cardExpired: string | null;
  readonly invoice: string | null;
  /** Of the invoice, while it goes on whatever is refunded. */
  readonly subscriptionGoesOn: boolean;
  /** What the balance is in, where that is another currency than the payment's. Nothing is converted for a decision. */
  readonly settledIn: string | null;
  /** Amounts of the last ten minutes: the same once more is asked about. */
  readonly lately: readonly Lately[];
  readonly stepUp: { readonly above: Minor; readonly given: boolean };
  readonly limit: Limit | 'none_set' | null;
  /** Names of members that no limit binds in this currency; only where this merchant is bound. */
  readonly mayMore: readonly string[];
};

/** Throws not_found for a payment this merchant's ledger does not hold. */
export async function preflightOf(merchant: Merchant, payment: string): Promise<Preflight> {
  const { ledger } = merchant;
  if (!ledger || !/^(pi|ch|py)_\w{1,240}$/.test(payment)) throw new AppError('not_found', 'There is no such payment.', { param: 'payment' });
  return db.as(merchant, async (tx) => {
    const { charge, figures } = await readPayment(tx, ledger, payment, false);
    const limit = await limitFor(tx, merchant, figures.currency);
    return {
      ...(charge === null ? NOTHING : await aboutCharge(tx, ledger, charge, figures.currency)),
      lately: charge === null ? [] : await refundedLately(tx, ledger, charge),
      stepUp: { above: await stepUpAbove(tx, ledger.workspace, figures.currency), given: await hasSteppedUp(tx, merchant) },
      limit,
      mayMore: limit === null ? [] : await mayRefund(tx, merchant, figures.currency, null),
    };
  });
}

type AboutCharge = Pick<Preflight, 'dispute' | 'pending' | 'cardExpired' | 'invoice' | 'subscriptionGoesOn' | 'settledIn'>;

const NOTHING: AboutCharge = { dispute: null, pending: null, cardExpired: null, invoice: null, subscriptionGoesOn: false, settledIn: null };

async function aboutCharge(tx: Tx, ledger: Ledger, charge: string, currency: string): Promise<AboutCharge> {
  const found = await tx.one<{
    dispute: Preflight['dispute'];
    pending: bigint | null;
    card_expired: string | null;
    invoice: string | null;
    goes_on: boolean | null;
    settled_in: string | null;
  }>(ABOUT, [ledger.workspace, ledger.account, ledger.livemode, charge]);
  return {
    dispute: found.dispute,
    pending: found.pending,
    cardExpired: found.card_expired,
    invoice: found.invoice,
    subscriptionGoesOn: found.goes_on ?? false,
    settledIn: found.settled_in === currency ? null : found.settled_in,
  };
}

const here = (alias: string) => `${alias}.workspace_id = $1 AND ${alias}.account = $2 AND ${alias}.livemode = $3`;

const OVER = `('won', 'lost', 'prevented', 'warning_closed')`;
const STOPS = `(d.data ->> 'is_charge_refundable' = 'false' AND d.status NOT IN ('won', 'prevented', 'warning_closed'))`;
// The last day of the card's last month, as its bank counts: compared in whole months.
const MONTH = `to_char(make_date((c.data #>> '{payment_method_details,card,exp_year}')::int, (c.data #>> '{payment_method_details,card,exp_month}')::int, 1)`;
const ABOUT = `
SELECT
  (SELECT jsonb_build_object('id', d.id, 'status', d.status, 'stops', ${STOPS}) FROM disputes d
    WHERE ${here('d')} AND d.charge = c.id AND d.deleted_at IS NULL AND (d.status NOT IN ${OVER} OR ${STOPS}) ORDER BY ${STOPS} DESC, d.created DESC LIMIT 1) AS dispute,
  (SELECT sum(r.amount)::bigint FROM refunds r
    WHERE ${here('r')} AND r.charge = c.id AND r.deleted_at IS NULL AND r.status IN ('pending', 'requires_action')) AS pending,
  CASE WHEN c.data #>> '{payment_method_details,card,exp_year}' ~ '^\\d{4}$' AND c.data #>> '{payment_method_details,card,exp_month}' ~ '^([1-9]|1[0-2])$'
        AND ${MONTH}, 'YYYY-MM') < to_char(now(), 'YYYY-MM') THEN ${MONTH}, 'MM/YY') END AS card_expired,
  i.invoice,
  s.status IN ('active', 'trialing', 'past_due', 'unpaid') AS goes_on,
  (SELECT t.currency FROM balance_transactions t WHERE ${here('t')} AND t.source = c.id ORDER BY t.created LIMIT 1) AS settled_in
FROM charges c
LEFT JOIN LATERAL (SELECT p.invoice FROM invoice_payments p WHERE ${here('p')} AND (p.payment_intent = c.payment_intent OR p.charge = c.id)
   AND p.status = 'paid' AND p.deleted_at IS NULL ORDER BY p.created DESC LIMIT 1) i ON true
LEFT JOIN invoices v ON ${here('v')} AND v.id = i.invoice
LEFT JOIN subscriptions s ON ${here('s')} AND s.id = v.subscription AND s.deleted_at IS NULL
WHERE ${here('c')} AND c.id = $4`;
