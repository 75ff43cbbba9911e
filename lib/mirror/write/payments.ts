// The desk's row per payment, derived set-wise from what the same transaction wrote. It decides nothing.
import { keptPlan, type Tx } from '../../db.ts';
import type { Ledger } from '../../ledger.ts';
import type { Ref } from '../owe.ts';

/** Recomputes every payment that one of these objects belongs to; answers the keys whose row changed. */
export async function derivePayments(tx: Tx, ledger: Ledger, changed: readonly Ref[]): Promise<string[]> {
  const of = (type: string) => changed.filter((ref) => ref.type === type).map((ref) => ref.id);
  const sought = ['payment_intent', 'charge', 'refund', 'dispute', 'invoice_payment', 'payment_method'].map(of);
  if (sought.every((ids) => ids.length === 0)) return [];
  const keys = await tx.query<{ key: string }>(AFFECTED, [ledger.workspace, ledger.account, ledger.livemode, ...sought]);
  if (keys.length === 0) return [];
  const rows = await tx.query<{ id: string }>(DERIVE, [ledger.workspace, ledger.account, ledger.livemode, keys.map(({ key }) => key)]);
  return rows.map((row) => row.id);
}

const here = (alias: string) => `${alias}.workspace_id = $1 AND ${alias}.account = $2 AND ${alias}.livemode = $3`;

const viaCharge = (table: string, param: number) => `
  SELECT COALESCE(x.payment_intent, c.payment_intent, x.charge) FROM ${table} x LEFT JOIN charges c ON ${here('c')} AND c.id = x.charge WHERE ${here('x')} AND x.id = ANY($${param})`;

// Two writers of one payment's parts would each derive it from the other's old part: one at a time, until commit.
const AFFECTED = keptPlan(`
SELECT key, pg_advisory_xact_lock(hashtextextended(concat($1::uuid, $2::text, $3::boolean, key), 20260102)) FROM (
  SELECT DISTINCT key COLLATE "C" AS key FROM (
    SELECT unnest($4::text[]) AS key
    UNION ALL SELECT COALESCE(c.payment_intent, c.id) FROM charges c WHERE ${here('c')} AND c.id = ANY($5)
    UNION ALL ${viaCharge('refunds', 6)}
    UNION ALL ${viaCharge('disputes', 7)}
    UNION ALL ${viaCharge('invoice_payments', 8)}
    UNION ALL SELECT p.id FROM payment_intents p WHERE ${here('p')} AND p.latest_charge IS NULL AND p.payment_method = ANY($9)
  ) u WHERE key IS NOT NULL ORDER BY 1 OFFSET 0
) k`);

const OPEN_DISPUTE = `('needs_response', 'warning_needs_response', 'under_review', 'warning_under_review', 'appeal_needs_response', 'appeal_under_review')`;

// Charges of the key: those of its payment intent, or the one charge that has none.
const ofKey = `${here('c')} AND (c.payment_intent = k.id OR (c.id = k.id AND c.payment_intent IS NULL)) AND c.deleted_at IS NULL`;

const DERIVE = keptPlan(`
WITH k AS (SELECT unnest($4::text[]) AS id), parts AS (
  SELECT k.id, p.id AS pi, p.status AS pi_status, p.latest_charge IS NOT NULL OR jsonb_typeof(p.data -> 'last_payment_error') = 'object' AS attempted,
    c.id AS charge, c.status AS charge_status, c.captured AS charge_captured,
    COALESCE(p.created, c.created, p.as_of_low, c.as_of_low) AS created, COALESCE(p.amount, c.amount, 0) AS amount, COALESCE(p.currency, c.currency, '') AS currency,
    COALESCE(p.customer, c.customer) AS customer, COALESCE(p.confirmed, true) AND COALESCE(s.confirmed, true) AS confirmed,
    CASE WHEN c.id IS NULL THEN COALESCE(CASE WHEN jsonb_typeof(p.data -> 'amount_received') = 'number' THEN trunc((p.data ->> 'amount_received')::numeric)::bigint END, 0) ELSE COALESCE(s.captured, 0) END AS captured,
    -- Either side may be the one that is behind: the larger counts, and never more than was taken.
    CASE WHEN c.id IS NULL THEN COALESCE(r.refunded, 0) ELSE LEAST(GREATEST(COALESCE(s.refunded, 0), COALESCE(r.refunded, 0)), COALESCE(s.captured, 0)) END AS refunded,
    d.status AS dispute_status, COALESCE(d.status IN ${OPEN_DISPUTE}, false) AS dispute_open,
    COALESCE(c.data #>> '{payment_method_details,type}', m.kind) AS method_type,
    COALESCE(c.data #>> ARRAY['payment_method_details', c.data #>> '{payment_method_details,type}', 'brand'], c.data #>> ARRAY['payment_method_details', c.data #>> '{payment_method_details,type}', 'bank_name'], m.brand) AS method_brand,
    COALESCE(c.data #>> ARRAY['payment_method_details', c.data #>> '{payment_method_details,type}', 'last4'], m.last4) AS method_last4,
    i.invoice
  FROM k
  LEFT JOIN payment_intents p ON ${here('p')} AND p.id = k.id
  LEFT JOIN LATERAL (SELECT * FROM charges c WHERE ${ofKey} ORDER BY (c.id = p.latest_charge) DESC NULLS LAST, (c.status = 'succeeded') DESC NULLS LAST, c.created DESC NULLS LAST, c.id DESC LIMIT 1) c ON true
  LEFT JOIN LATERAL (SELECT sum(c.amount_captured) FILTER (WHERE c.captured AND c.status = 'succeeded')::bigint AS captured, sum(c.amount_refunded) FILTER (WHERE c.captured)::bigint AS refunded, bool_and(c.confirmed) AS confirmed FROM charges c WHERE ${ofKey}) s ON true
  LEFT JOIN LATERAL (SELECT sum(x.amount)::bigint AS refunded FROM refunds x WHERE ${here('x')} AND (x.payment_intent = k.id OR x.charge = c.id) AND x.deleted_at IS NULL AND x.status IS DISTINCT FROM 'failed' AND x.status IS DISTINCT FROM 'canceled') r ON true
  LEFT JOIN LATERAL (SELECT x.status FROM disputes x WHERE ${here('x')} AND (x.payment_intent = k.id OR x.charge = c.id) AND x.deleted_at IS NULL ORDER BY (x.status IN ${OPEN_DISPUTE}) DESC NULLS LAST, x.created DESC NULLS LAST, x.id DESC LIMIT 1) d ON true
  LEFT JOIN LATERAL (SELECT x.invoice FROM invoice_payments x WHERE ${here('x')} AND (x.payment_intent = k.id OR x.charge = c.id) AND x.deleted_at IS NULL ORDER BY (x.status = 'paid') DESC NULLS LAST, x.is_default DESC NULLS LAST, x.created DESC NULLS LAST LIMIT 1) i ON true
  LEFT JOIN payment_methods m ON ${here('m')} AND m.id = COALESCE(c.payment_method, p.payment_method)
  WHERE p.id IS NOT NULL OR c.id IS NOT NULL
), worded AS (
  SELECT parts.*, CASE
    WHEN pi IS NULL AND charge_status = 'pending' THEN 'processing'
    WHEN pi IS NULL AND charge_status = 'failed' THEN 'failed'
    WHEN pi IS NULL AND charge_status = 'succeeded' AND charge_captured IS FALSE THEN 'uncaptured'
    WHEN COALESCE(pi_status, charge_status) = 'succeeded' AND refunded >= captured AND captured > 0 THEN 'refunded'
    WHEN COALESCE(pi_status, charge_status) = 'succeeded' AND refunded > 0 THEN 'partly_refunded'
    WHEN pi_status = 'requires_payment_method' THEN CASE WHEN attempted OR charge IS NOT NULL THEN 'failed' ELSE 'incomplete' END
    WHEN pi_status = 'requires_capture' THEN 'uncaptured'
    WHEN pi_status = 'requires_action' THEN 'needs_action'
    WHEN pi_status = 'requires_confirmation' THEN 'needs_confirmation'
    ELSE COALESCE(pi_status, charge_status, 'unknown') END AS status
  FROM parts
)
INSERT INTO payments AS t (workspace_id, account, livemode, id, created, payment_intent, charge, amount, captured, refunded, currency, status, dispute_status, dispute_open, customer, method_type, method_brand, method_last4, invoice, confirmed)
SELECT $1, $2, $3, id, created, pi, charge, amount, captured, refunded, currency, status, dispute_status, dispute_open, customer, method_type, method_brand, method_last4, invoice, confirmed FROM worded ORDER BY id COLLATE "C"
ON CONFLICT (workspace_id, account, livemode, id) DO UPDATE SET created = excluded.created, payment_intent = excluded.payment_intent, charge = excluded.charge, amount = excluded.amount, captured = excluded.captured,
  refunded = excluded.refunded, currency = excluded.currency, status = excluded.status, dispute_status = excluded.dispute_status, dispute_open = excluded.dispute_open, customer = excluded.customer,
  method_type = excluded.method_type, method_brand = excluded.method_brand, method_last4 = excluded.method_last4, invoice = excluded.invoice, confirmed = excluded.confirmed, mirrored_at = clock_timestamp()
WHERE t.workspace_id = $1 AND t.account = $2 AND t.livemode = $3
  AND (t.created, t.payment_intent, t.charge, t.amount, t.captured, t.refunded, t.currency, t.status, t.dispute_status, t.dispute_open, t.customer, t.method_type, t.method_brand, t.method_last4, t.invoice, t.confirmed)
    IS DISTINCT FROM (excluded.created, excluded.payment_intent, excluded.charge, excluded.amount, excluded.captured, excluded.refunded, excluded.currency, excluded.status, excluded.dispute_status, excluded.dispute_open,
      excluded.customer, excluded.method_type, excluded.method_brand, excluded.method_last4, excluded.invoice, excluded.confirmed)
RETURNING t.id`);
