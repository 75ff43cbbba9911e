-- A refund that failed afterwards waits for a person until it is refunded again or somebody says that it is seen to.
CREATE TABLE refund_attended (
  workspace_id uuid        NOT NULL,
  account      text        NOT NULL,
  livemode     boolean     NOT NULL,
  refund       text        NOT NULL,
  actor        jsonb       NOT NULL,
  note         text,
  attended_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (workspace_id, account, livemode, refund)
);
ALTER TABLE refund_attended ENABLE ROW LEVEL SECURITY;
ALTER TABLE refund_attended FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON refund_attended
  USING (workspace_id = (SELECT nullif(current_setting('app.workspace', true), '')::uuid))
  WITH CHECK (workspace_id = (SELECT nullif(current_setting('app.workspace', true), '')::uuid));
GRANT SELECT, INSERT ON refund_attended TO counterpart_app, counterpart_worker;
