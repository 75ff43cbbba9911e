-- The list of refunds is cut out of two tables: Stripe's refunds, and what was asked here and has no object at Stripe yet. Both are compared by
-- stored columns, because under row-level security only leakproof operators reach an index: a cast from uuid, ->> and a multiplication are not.
ALTER TABLE refunds ADD COLUMN amount_thousandths bigint GENERATED ALWAYS AS (amount * CASE
  WHEN currency IN ('bif', 'clp', 'djf', 'gnf', 'jpy', 'kmf', 'krw', 'mga', 'pyg', 'rwf', 'vnd', 'vuv', 'xaf', 'xof', 'xpf') THEN 1000
  WHEN currency IN ('bhd', 'jod', 'kwd', 'omr', 'tnd') THEN 1 ELSE 10 END) STORED,
  ADD COLUMN reason text GENERATED ALWAYS AS (data ->> 'reason') STORED;
ALTER TABLE operation ADD COLUMN amount_thousandths bigint GENERATED ALWAYS AS (amount * CASE
  WHEN currency IN ('bif', 'clp', 'djf', 'gnf', 'jpy', 'kmf', 'krw', 'mga', 'pyg', 'rwf', 'vnd', 'vuv', 'xaf', 'xof', 'xpf') THEN 1000
  WHEN currency IN ('bhd', 'jod', 'kwd', 'omr', 'tnd') THEN 1 ELSE 10 END) STORED,
  ADD COLUMN id_text text GENERATED ALWAYS AS (id::text) STORED;
-- The page of a refund tells its story from the audit log.
ALTER TABLE audit_entry ADD COLUMN operation text GENERATED ALWAYS AS (body ->> 'operation') STORED;

CREATE INDEX refunds_status ON refunds (workspace_id, account, livemode, status, (CASE WHEN created IS NULL THEN '-infinity'::timestamptz ELSE created END) DESC, id DESC);
CREATE INDEX refunds_reason ON refunds (workspace_id, account, livemode, reason, (CASE WHEN created IS NULL THEN '-infinity'::timestamptz ELSE created END) DESC, id DESC);
CREATE INDEX refunds_amount ON refunds (workspace_id, account, livemode, amount_thousandths DESC, id DESC);
-- Asked here and without an object: few at any time, but for refusals.
CREATE INDEX operation_unmade ON operation (workspace_id, account, livemode, created_at DESC, id_text DESC) WHERE kind = 'refund_payment' AND stripe_id IS NULL;
-- With an object that the mirror may not have taken yet: looked for among the newest alone.
CREATE INDEX operation_made_lately ON operation (workspace_id, account, livemode, created_at DESC, id_text DESC) WHERE kind = 'refund_payment' AND stripe_id IS NOT NULL;
CREATE INDEX operation_named ON operation (workspace_id, account, livemode, id_text) WHERE kind = 'refund_payment';
CREATE INDEX operation_of_refund ON operation (workspace_id, account, livemode, stripe_id) WHERE stripe_id IS NOT NULL;
CREATE INDEX audit_of_operation ON audit_entry (workspace_id, operation, seq) WHERE operation IS NOT NULL;
