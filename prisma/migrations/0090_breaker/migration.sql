-- An account's total bucket (endpoint '') also carries its circuit breaker, so that one locked row says whether a call may begin, whichever worker asks.
ALTER TABLE rate_bucket
  -- The share of calls that failed lately, newer ones weighing more.
  ADD COLUMN trouble double precision NOT NULL DEFAULT 0,
  ADD COLUMN troubled_at timestamptz,
  -- Open until then; past it, the next call alone is let through and moves it on. Null: closed.
  ADD COLUMN open_until timestamptz,
  -- Openings in a row, each longer than the last.
  ADD COLUMN openings integer NOT NULL DEFAULT 0,
  -- Moves on with each opening and each call let through: an answer to a call begun before says nothing about now.
  ADD COLUMN turn bigint NOT NULL DEFAULT 0;
