-- The four database roles (INVARIANTS: owner, app, worker, ingest). Run once per cluster as an administrator, before the first migration:
--   psql "$ADMIN_URL" -f scripts/roles.sql
-- then give each a password (\password counterpart_app …), and the owner its database: CREATE DATABASE counterpart OWNER counterpart_owner;
-- A single login for web, worker and ingest is possible too: GRANT counterpart_app, counterpart_worker, counterpart_ingest TO my_login WITH INHERIT FALSE;
DO $$
DECLARE role text;
BEGIN
  FOREACH role IN ARRAY ARRAY['counterpart_owner', 'counterpart_app', 'counterpart_worker', 'counterpart_ingest'] LOOP
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role) THEN
      EXECUTE format('CREATE ROLE %I LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE', role);
    END IF;
    -- By role, since start-up options die in a transaction pooler.
    EXECUTE format('ALTER ROLE %I SET lock_timeout = %L', role, '3s');
    EXECUTE format('ALTER ROLE %I SET idle_in_transaction_session_timeout = %L', role, '15s');
    EXECUTE format('ALTER ROLE %I SET plan_cache_mode = %L', role, 'force_custom_plan');
    IF role <> 'counterpart_owner' THEN EXECUTE format('ALTER ROLE %I SET statement_timeout = %L', role, '10s'); END IF;
  END LOOP;
END $$;
