-- An attempt to connect has a public handle (the waiting page asks by it) and remembers what it led to. Keys only: the table stays a routing table.
ALTER TABLE oauth_state
  ADD COLUMN attempt    text,
  ADD COLUMN account    text,
  ADD COLUMN generation integer,
  ADD COLUMN decided_at timestamptz,
  ADD COLUMN handed_on  boolean NOT NULL DEFAULT false;
UPDATE oauth_state SET attempt = encode(state_hash, 'hex');
ALTER TABLE oauth_state ALTER COLUMN attempt SET NOT NULL;
CREATE UNIQUE INDEX oauth_state_attempt ON oauth_state (session_id, attempt);
-- Whose an account is before it has a route, and which attempts a job still has to look after.
CREATE INDEX oauth_state_account ON oauth_state (account, livemode) WHERE account IS NOT NULL;
CREATE INDEX oauth_state_to_do ON oauth_state (outcome, used_at) WHERE outcome IN ('awaiting_confirmation', 'declined') OR (outcome = 'confirmed' AND NOT handed_on);

-- When access in doubt was last probed, and how often without a clear answer: a claim of the one probe, and its backoff.
ALTER TABLE connection
  ADD COLUMN probed_at timestamptz,
  ADD COLUMN probes    integer NOT NULL DEFAULT 0;
