-- Reading what an operation made draws from the budget that all background calls share, in whichever process it runs.
GRANT SELECT, INSERT, UPDATE ON rate_bucket TO counterpart_app;
