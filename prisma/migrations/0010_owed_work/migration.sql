-- What the mirror's work needs beside its counters: since when an object is missing at Stripe, and indexes for fair claims.
ALTER TABLE work ADD COLUMN missing_since timestamptz;

-- One ledger's kept events, oldest first, without reading every other ledger's.
CREATE INDEX inbox_due ON inbox (livemode, account, next_at) WHERE state = 'kept';
-- A method that arrives after its payment intent still names the payment.
CREATE INDEX payment_intents_method ON payment_intents (workspace_id, account, livemode, payment_method) WHERE latest_charge IS NULL;
