-- What Prisma's schema cannot say: the partitioned inbox, partial and list indexes, grants and row-level security.
-- Roles are cluster-wide and made by a bootstrap of their own (scripts/roles.sql), never here.
DO $$
DECLARE missing text;
BEGIN
  SELECT string_agg(r, ', ') INTO missing FROM unnest(ARRAY['counterpart_app', 'counterpart_worker', 'counterpart_ingest']) r
   WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = r);
  IF missing IS NOT NULL THEN RAISE EXCEPTION 'Database roles are missing: %. Run scripts/roles.sql as an administrator first.', missing; END IF;
END $$;

-- The inbox (I1): kept before anything acts on it. `body` is text, never jsonb: an escaped NUL would fail that cast for ever.
-- Partitioned by the event's own `created`, so that a duplicate always meets its first copy.
CREATE TABLE inbox (
  livemode          boolean     NOT NULL,
  account           text        NOT NULL,
  event_id          text        NOT NULL,
  created           timestamptz NOT NULL,
  type              text        NOT NULL,
  object_type       text,
  object_id         text,
  api_version       text,
  body              text        NOT NULL,
  source            text        NOT NULL CHECK (source IN ('hook', 'sweep')),
  state             text        NOT NULL DEFAULT 'kept' CHECK (state IN ('kept', 'done', 'ignored', 'unrouted', 'dead')),
  tries             integer     NOT NULL DEFAULT 0,
  next_at           timestamptz NOT NULL DEFAULT clock_timestamp(),
  received_at       timestamptz NOT NULL DEFAULT clock_timestamp(),
  deliveries        integer     NOT NULL DEFAULT 1,
  last_delivered_at timestamptz,
  handled_at        timestamptz,
  last_error        text,
  workspace_id      uuid,
  generation        integer,
  PRIMARY KEY (livemode, account, event_id, created)
) PARTITION BY RANGE (created);
CREATE TABLE inbox_default PARTITION OF inbox DEFAULT;
CREATE INDEX inbox_to_do ON inbox (next_at) WHERE state = 'kept';
CREATE INDEX inbox_unrouted ON inbox (account, livemode) WHERE state = 'unrouted';
CREATE INDEX inbox_of_object ON inbox (workspace_id, account, livemode, object_id, created DESC);
CREATE INDEX inbox_newest ON inbox (workspace_id, account, livemode, created DESC);

-- One account, one workspace (§1.2); one open connection per workspace and mode.
CREATE UNIQUE INDEX connection_held ON connection (account, livemode) WHERE state NOT IN ('revoked', 'disconnected');
CREATE UNIQUE INDEX connection_current ON connection (workspace_id, livemode) WHERE state NOT IN ('revoked', 'disconnected');

CREATE INDEX work_owed ON work (not_before) WHERE dirty_seq > clean_seq;
CREATE UNIQUE INDEX operation_made ON operation (account, livemode, stripe_id) WHERE stripe_id IS NOT NULL AND kind IN ('refund_payment');
CREATE INDEX operation_open ON operation (workspace_id, account, livemode, target) WHERE state IN ('queued', 'held', 'sending', 'unknown', 'needs_review');
CREATE INDEX mail_owed ON mail (next_at) WHERE sent_at IS NULL AND failed_at IS NULL;

CREATE INDEX payments_newest ON payments (workspace_id, account, livemode, created DESC, id DESC);
CREATE INDEX payments_status ON payments (workspace_id, account, livemode, status, created DESC, id DESC);
CREATE INDEX payments_disputed ON payments (workspace_id, account, livemode, created DESC, id DESC) WHERE dispute_open;
CREATE INDEX payments_customer ON payments (workspace_id, account, livemode, customer, created DESC);
CREATE INDEX payments_amount ON payments (workspace_id, account, livemode, amount, created DESC);
CREATE INDEX customers_newest ON customers (workspace_id, account, livemode, created DESC, id DESC);
CREATE INDEX customers_email ON customers (workspace_id, account, livemode, lower(email));

-- Grants. No role but the owner holds DELETE on a tenant table or on the inbox.
GRANT USAGE ON SCHEMA public TO counterpart_app, counterpart_worker, counterpart_ingest;
DO $$
DECLARE t text;
  tenant text[] := ARRAY['connection', 'backfill', 'operation', 'audit_text', 'api_key', 'payments',
    'customers', 'products', 'prices', 'payment_methods', 'payment_intents', 'charges', 'refunds', 'disputes', 'balance_transactions',
    'subscriptions', 'subscription_items', 'invoices', 'invoice_line_items', 'invoice_payments', 'subscription_schedules'];
BEGIN
  FOREACH t IN ARRAY tenant LOOP
    EXECUTE format('GRANT SELECT, INSERT, UPDATE ON %I TO counterpart_app, counterpart_worker', t);
  END LOOP;
  -- The audit log is append-only (I12).
  GRANT SELECT, INSERT ON audit_entry TO counterpart_app, counterpart_worker;
  FOREACH t IN ARRAY tenant || ARRAY['audit_entry'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format($p$CREATE POLICY tenant ON %I
      USING (workspace_id = (SELECT nullif(current_setting('app.workspace', true), '')::uuid))
      WITH CHECK (workspace_id = (SELECT nullif(current_setting('app.workspace', true), '')::uuid))$p$, t);
  END LOOP;
END $$;

-- Routing tables: explicit grants, no policies.
GRANT SELECT, INSERT, UPDATE ON person, session, verification, workspace, mail TO counterpart_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON membership, oauth_state, rate_limit, account_route TO counterpart_app;
GRANT SELECT, INSERT, UPDATE ON api_key_hash, work, rate_bucket, heartbeat TO counterpart_app;
GRANT SELECT ON person, workspace, membership TO counterpart_worker;
GRANT SELECT, INSERT, UPDATE ON mail, rate_bucket, heartbeat TO counterpart_worker;
GRANT SELECT, INSERT, UPDATE, DELETE ON work, account_route, oauth_state TO counterpart_worker;
GRANT SELECT, INSERT, UPDATE ON heartbeat TO counterpart_ingest;

-- The inbox is in both lists: ingest keeps what nobody owns yet, the worker claims across workspaces, the app sees its own.
ALTER TABLE inbox ENABLE ROW LEVEL SECURITY;
ALTER TABLE inbox FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON inbox FOR SELECT TO counterpart_app
  USING (workspace_id = (SELECT nullif(current_setting('app.workspace', true), '')::uuid));
CREATE POLICY worker ON inbox TO counterpart_worker USING (true) WITH CHECK (true);
CREATE POLICY keep ON inbox FOR INSERT TO counterpart_ingest WITH CHECK (workspace_id IS NULL);
CREATE POLICY meet ON inbox FOR SELECT TO counterpart_ingest USING (true);
CREATE POLICY count ON inbox FOR UPDATE TO counterpart_ingest USING (true) WITH CHECK (true);
GRANT SELECT ON inbox TO counterpart_app;
GRANT SELECT, INSERT, UPDATE ON inbox TO counterpart_worker;
GRANT INSERT ON inbox TO counterpart_ingest;
GRANT SELECT (livemode, account, event_id, created, deliveries) ON inbox TO counterpart_ingest;
GRANT UPDATE (deliveries, last_delivered_at) ON inbox TO counterpart_ingest;
