-- What a role or a person may refund: per refund and per day, in one currency, in minor units. A person's own line wins over the role's.
-- A line with neither figure is a line taken away: no role but the owner deletes (INVARIANTS §4).
CREATE TABLE refund_limit (
  workspace_id uuid        NOT NULL,
  role         text,
  person_id    uuid,
  whose        text        GENERATED ALWAYS AS (COALESCE(role, person_id::text)) STORED NOT NULL,
  currency     text        NOT NULL CHECK (currency ~ '^[a-z]{3}$'),
  each         bigint      CHECK (each >= 0),
  per_day      bigint      CHECK (per_day >= 0),
  set_at       timestamptz NOT NULL DEFAULT clock_timestamp(),
  CHECK (num_nonnulls(role, person_id) = 1),
  CHECK (role IN ('owner', 'admin', 'support', 'viewer')),
  PRIMARY KEY (workspace_id, whose, currency)
);

-- Above this amount a refund asks for the password again. Without a line it is 500 whole units, 50,000 where the currency has no decimals.
CREATE TABLE step_up_amount (
  workspace_id uuid        NOT NULL,
  currency     text        NOT NULL CHECK (currency ~ '^[a-z]{3}$'),
  amount       bigint      NOT NULL CHECK (amount >= 0),
  set_at       timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (workspace_id, currency)
);

DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['refund_limit', 'step_up_amount'] LOOP
    EXECUTE format('GRANT SELECT ON %I TO counterpart_app, counterpart_worker', t);
    EXECUTE format('GRANT INSERT, UPDATE ON %I TO counterpart_app', t);
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format($p$CREATE POLICY tenant ON %I
      USING (workspace_id = (SELECT nullif(current_setting('app.workspace', true), '')::uuid))
      WITH CHECK (workspace_id = (SELECT nullif(current_setting('app.workspace', true), '')::uuid))$p$, t);
  END LOOP;
END $$;

-- When this session last gave the password again (INVARIANTS §6: good for five minutes).
ALTER TABLE session ADD COLUMN stepped_up_at timestamptz;

-- Who asked, as a stored column: under row-level security only leakproof operators reach an index, and ->> is not.
ALTER TABLE operation ADD COLUMN actor_id text GENERATED ALWAYS AS (actor ->> 'id') STORED;
CREATE INDEX operation_of_actor ON operation (workspace_id, livemode, actor_id, currency, created_at) WHERE kind = 'refund_payment';
