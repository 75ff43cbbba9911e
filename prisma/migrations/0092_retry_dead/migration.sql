-- A person asks that a dead event be handed on again: of its own rows the app may set `dead` back to `kept`, and nothing else of the inbox.
CREATE POLICY retry ON inbox FOR UPDATE TO counterpart_app
  USING (workspace_id = (SELECT nullif(current_setting('app.workspace', true), '')::uuid) AND state = 'dead')
  WITH CHECK (workspace_id = (SELECT nullif(current_setting('app.workspace', true), '')::uuid) AND state = 'kept');
GRANT UPDATE (state, next_at) ON inbox TO counterpart_app;

-- Events given up at least once and not handed on since: few, and counted for every page.
CREATE INDEX inbox_troubled ON inbox (workspace_id, account, livemode, received_at) WHERE tries >= 10 AND state IN ('dead', 'kept');
