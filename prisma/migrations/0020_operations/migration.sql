-- Readings that found nothing since sending stopped; after three a person decides. And what equal 500s are told by.
ALTER TABLE operation ADD COLUMN checks integer NOT NULL DEFAULT 0;
ALTER TABLE operation ADD COLUMN last_500 text;
ALTER TABLE operation ADD COLUMN charge text;
CREATE INDEX operation_of_charge ON operation (workspace_id, account, livemode, charge) WHERE charge IS NOT NULL;

-- Operations follow the refunds they made, also when one fails long after it succeeded: which ledgers have a refund in motion,
-- and which refunds came of an operation.
CREATE INDEX work_refunds_owed ON work (workspace_id, account, livemode) WHERE kind = 'object' AND type = 'refund' AND dirty_seq > clean_seq;
CREATE INDEX refunds_made_here ON refunds (workspace_id, account, livemode) WHERE op_id IS NOT NULL;
CREATE INDEX work_operations ON work (not_before) WHERE kind = 'op' AND dirty_seq > clean_seq;

-- Which deployment this database serves (INVARIANTS §1.3): a restored copy or a clone finds another's name here and may not write to Stripe.
CREATE TABLE deployment (
  only_one   boolean PRIMARY KEY DEFAULT true CHECK (only_one),
  id         text NOT NULL,
  claimed_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
GRANT SELECT, INSERT ON deployment TO counterpart_app, counterpart_worker;
