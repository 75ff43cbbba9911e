-- Every mirrored type is listed newest first by the REST API. What has no `created` (invoice lines, objects first seen deleted) comes last.
CREATE INDEX customers_listed ON customers (workspace_id, account, livemode, (COALESCE(created, '-infinity'::timestamptz)) DESC, id DESC);
CREATE INDEX products_listed ON products (workspace_id, account, livemode, (COALESCE(created, '-infinity'::timestamptz)) DESC, id DESC);
CREATE INDEX prices_listed ON prices (workspace_id, account, livemode, (COALESCE(created, '-infinity'::timestamptz)) DESC, id DESC);
CREATE INDEX payment_methods_listed ON payment_methods (workspace_id, account, livemode, (COALESCE(created, '-infinity'::timestamptz)) DESC, id DESC);
CREATE INDEX payment_intents_listed ON payment_intents (workspace_id, account, livemode, (COALESCE(created, '-infinity'::timestamptz)) DESC, id DESC);
CREATE INDEX charges_listed ON charges (workspace_id, account, livemode, (COALESCE(created, '-infinity'::timestamptz)) DESC, id DESC);
CREATE INDEX refunds_listed ON refunds (workspace_id, account, livemode, (COALESCE(created, '-infinity'::timestamptz)) DESC, id DESC);
CREATE INDEX disputes_listed ON disputes (workspace_id, account, livemode, (COALESCE(created, '-infinity'::timestamptz)) DESC, id DESC);
CREATE INDEX balance_transactions_listed ON balance_transactions (workspace_id, account, livemode, (COALESCE(created, '-infinity'::timestamptz)) DESC, id DESC);
CREATE INDEX subscriptions_listed ON subscriptions (workspace_id, account, livemode, (COALESCE(created, '-infinity'::timestamptz)) DESC, id DESC);
CREATE INDEX subscription_items_listed ON subscription_items (workspace_id, account, livemode, (COALESCE(created, '-infinity'::timestamptz)) DESC, id DESC);
CREATE INDEX invoices_listed ON invoices (workspace_id, account, livemode, (COALESCE(created, '-infinity'::timestamptz)) DESC, id DESC);
CREATE INDEX invoice_line_items_listed ON invoice_line_items (workspace_id, account, livemode, (COALESCE(created, '-infinity'::timestamptz)) DESC, id DESC);
CREATE INDEX invoice_payments_listed ON invoice_payments (workspace_id, account, livemode, (COALESCE(created, '-infinity'::timestamptz)) DESC, id DESC);
CREATE INDEX subscription_schedules_listed ON subscription_schedules (workspace_id, account, livemode, (COALESCE(created, '-infinity'::timestamptz)) DESC, id DESC);
