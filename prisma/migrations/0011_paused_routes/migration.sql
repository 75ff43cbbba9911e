-- While access is in doubt or being given back, events are kept and handed on, but nothing is fetched and no operation runs.
ALTER TABLE account_route ADD COLUMN paused boolean NOT NULL DEFAULT false;
