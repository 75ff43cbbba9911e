-- The first answer to a write asked for by API under an idempotency key, so that the same request gets the same bytes again.
-- It only spares the asking: that a write happens once is held by the operation's own token. Until there is an answer, whoever holds the claim is at it.
CREATE TABLE api_reply (
  workspace_id  uuid        NOT NULL,
  livemode      boolean     NOT NULL,
  key           text        NOT NULL,
  request_hash  text        NOT NULL,
  claim         uuid        NOT NULL,
  claimed_until timestamptz NOT NULL,
  status        integer,
  headers       jsonb,
  body          text,
  request_id    text,
  answered_at   timestamptz,
  CHECK (num_nonnulls(status, headers, body, request_id, answered_at) IN (0, 5)),
  PRIMARY KEY (workspace_id, livemode, key)
);
GRANT SELECT, INSERT, UPDATE ON api_reply TO counterpart_app;
ALTER TABLE api_reply ENABLE ROW LEVEL SECURITY;
ALTER TABLE api_reply FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON api_reply
  USING (workspace_id = (SELECT nullif(current_setting('app.workspace', true), '')::uuid))
  WITH CHECK (workspace_id = (SELECT nullif(current_setting('app.workspace', true), '')::uuid));
