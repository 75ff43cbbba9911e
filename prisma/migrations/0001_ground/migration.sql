-- The citext and pg_trgm extensions are "trusted": the owner of the database may create them.
CREATE EXTENSION IF NOT EXISTS citext;

-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateTable
CREATE TABLE "customers" (
    "workspace_id" UUID NOT NULL,
    "account" TEXT NOT NULL,
    "livemode" BOOLEAN NOT NULL,
    "id" TEXT NOT NULL,
    "created" TIMESTAMPTZ,
    "name" TEXT,
    "email" TEXT,
    "currency" TEXT,
    "balance" BIGINT,
    "default_payment_method" TEXT,
    "search" TEXT,
    "data" JSONB NOT NULL,
    "api_version" TEXT NOT NULL,
    "as_of_low" TIMESTAMPTZ NOT NULL,
    "as_of_high" TIMESTAMPTZ NOT NULL,
    "as_of_source" TEXT NOT NULL,
    "confirmed" BOOLEAN NOT NULL,
    "deleted_at" TIMESTAMPTZ,
    "note" TEXT,
    "mirrored_at" TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "customers_pkey" PRIMARY KEY ("workspace_id","account","livemode","id")
);

-- CreateTable
CREATE TABLE "products" (
    "workspace_id" UUID NOT NULL,
    "account" TEXT NOT NULL,
    "livemode" BOOLEAN NOT NULL,
    "id" TEXT NOT NULL,
    "created" TIMESTAMPTZ,
    "name" TEXT,
    "active" BOOLEAN,
    "default_price" TEXT,
    "data" JSONB NOT NULL,
    "api_version" TEXT NOT NULL,
    "as_of_low" TIMESTAMPTZ NOT NULL,
    "as_of_high" TIMESTAMPTZ NOT NULL,
    "as_of_source" TEXT NOT NULL,
    "confirmed" BOOLEAN NOT NULL,
    "deleted_at" TIMESTAMPTZ,
    "note" TEXT,
    "mirrored_at" TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "products_pkey" PRIMARY KEY ("workspace_id","account","livemode","id")
);

-- CreateTable
CREATE TABLE "prices" (
    "workspace_id" UUID NOT NULL,
    "account" TEXT NOT NULL,
    "livemode" BOOLEAN NOT NULL,
    "id" TEXT NOT NULL,
    "created" TIMESTAMPTZ,
    "product" TEXT,
    "active" BOOLEAN,
    "currency" TEXT,
    "unit_amount" BIGINT,
    "interval" TEXT,
    "interval_count" INTEGER,
    "data" JSONB NOT NULL,
    "api_version" TEXT NOT NULL,
    "as_of_low" TIMESTAMPTZ NOT NULL,
    "as_of_high" TIMESTAMPTZ NOT NULL,
    "as_of_source" TEXT NOT NULL,
    "confirmed" BOOLEAN NOT NULL,
    "deleted_at" TIMESTAMPTZ,
    "note" TEXT,
    "mirrored_at" TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "prices_pkey" PRIMARY KEY ("workspace_id","account","livemode","id")
);

-- CreateTable
CREATE TABLE "payment_methods" (
    "workspace_id" UUID NOT NULL,
    "account" TEXT NOT NULL,
    "livemode" BOOLEAN NOT NULL,
    "id" TEXT NOT NULL,
    "created" TIMESTAMPTZ,
    "customer" TEXT,
    "kind" TEXT,
    "brand" TEXT,
    "last4" TEXT,
    "exp_month" INTEGER,
    "exp_year" INTEGER,
    "data" JSONB NOT NULL,
    "api_version" TEXT NOT NULL,
    "as_of_low" TIMESTAMPTZ NOT NULL,
    "as_of_high" TIMESTAMPTZ NOT NULL,
    "as_of_source" TEXT NOT NULL,
    "confirmed" BOOLEAN NOT NULL,
    "deleted_at" TIMESTAMPTZ,
    "note" TEXT,
    "mirrored_at" TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "payment_methods_pkey" PRIMARY KEY ("workspace_id","account","livemode","id")
);

-- CreateTable
CREATE TABLE "payment_intents" (
    "workspace_id" UUID NOT NULL,
    "account" TEXT NOT NULL,
    "livemode" BOOLEAN NOT NULL,
    "id" TEXT NOT NULL,
    "created" TIMESTAMPTZ,
    "customer" TEXT,
    "status" TEXT,
    "amount" BIGINT,
    "currency" TEXT,
    "latest_charge" TEXT,
    "payment_method" TEXT,
    "data" JSONB NOT NULL,
    "api_version" TEXT NOT NULL,
    "as_of_low" TIMESTAMPTZ NOT NULL,
    "as_of_high" TIMESTAMPTZ NOT NULL,
    "as_of_source" TEXT NOT NULL,
    "confirmed" BOOLEAN NOT NULL,
    "deleted_at" TIMESTAMPTZ,
    "note" TEXT,
    "mirrored_at" TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "payment_intents_pkey" PRIMARY KEY ("workspace_id","account","livemode","id")
);

-- CreateTable
CREATE TABLE "charges" (
    "workspace_id" UUID NOT NULL,
    "account" TEXT NOT NULL,
    "livemode" BOOLEAN NOT NULL,
    "id" TEXT NOT NULL,
    "created" TIMESTAMPTZ,
    "customer" TEXT,
    "payment_intent" TEXT,
    "payment_method" TEXT,
    "balance_transaction" TEXT,
    "status" TEXT,
    "amount" BIGINT,
    "amount_captured" BIGINT,
    "amount_refunded" BIGINT,
    "currency" TEXT,
    "captured" BOOLEAN,
    "disputed" BOOLEAN,
    "data" JSONB NOT NULL,
    "api_version" TEXT NOT NULL,
    "as_of_low" TIMESTAMPTZ NOT NULL,
    "as_of_high" TIMESTAMPTZ NOT NULL,
    "as_of_source" TEXT NOT NULL,
    "confirmed" BOOLEAN NOT NULL,
    "deleted_at" TIMESTAMPTZ,
    "note" TEXT,
    "mirrored_at" TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "charges_pkey" PRIMARY KEY ("workspace_id","account","livemode","id")
);

-- CreateTable
CREATE TABLE "refunds" (
    "workspace_id" UUID NOT NULL,
    "account" TEXT NOT NULL,
    "livemode" BOOLEAN NOT NULL,
    "id" TEXT NOT NULL,
    "created" TIMESTAMPTZ,
    "charge" TEXT,
    "payment_intent" TEXT,
    "balance_transaction" TEXT,
    "failure_balance_transaction" TEXT,
    "status" TEXT,
    "amount" BIGINT,
    "currency" TEXT,
    "op_id" TEXT,
    "data" JSONB NOT NULL,
    "api_version" TEXT NOT NULL,
    "as_of_low" TIMESTAMPTZ NOT NULL,
    "as_of_high" TIMESTAMPTZ NOT NULL,
    "as_of_source" TEXT NOT NULL,
    "confirmed" BOOLEAN NOT NULL,
    "deleted_at" TIMESTAMPTZ,
    "note" TEXT,
    "mirrored_at" TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "refunds_pkey" PRIMARY KEY ("workspace_id","account","livemode","id")
);

-- CreateTable
CREATE TABLE "disputes" (
    "workspace_id" UUID NOT NULL,
    "account" TEXT NOT NULL,
    "livemode" BOOLEAN NOT NULL,
    "id" TEXT NOT NULL,
    "created" TIMESTAMPTZ,
    "charge" TEXT,
    "payment_intent" TEXT,
    "status" TEXT,
    "amount" BIGINT,
    "currency" TEXT,
    "due_by" TIMESTAMPTZ,
    "data" JSONB NOT NULL,
    "api_version" TEXT NOT NULL,
    "as_of_low" TIMESTAMPTZ NOT NULL,
    "as_of_high" TIMESTAMPTZ NOT NULL,
    "as_of_source" TEXT NOT NULL,
    "confirmed" BOOLEAN NOT NULL,
    "deleted_at" TIMESTAMPTZ,
    "note" TEXT,
    "mirrored_at" TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "disputes_pkey" PRIMARY KEY ("workspace_id","account","livemode","id")
);

-- CreateTable
CREATE TABLE "balance_transactions" (
    "workspace_id" UUID NOT NULL,
    "account" TEXT NOT NULL,
    "livemode" BOOLEAN NOT NULL,
    "id" TEXT NOT NULL,
    "created" TIMESTAMPTZ,
    "source" TEXT,
    "kind" TEXT,
    "reporting_category" TEXT,
    "amount" BIGINT,
    "fee" BIGINT,
    "net" BIGINT,
    "currency" TEXT,
    "status" TEXT,
    "available_on" TIMESTAMPTZ,
    "data" JSONB NOT NULL,
    "api_version" TEXT NOT NULL,
    "as_of_low" TIMESTAMPTZ NOT NULL,
    "as_of_high" TIMESTAMPTZ NOT NULL,
    "as_of_source" TEXT NOT NULL,
    "confirmed" BOOLEAN NOT NULL,
    "deleted_at" TIMESTAMPTZ,
    "note" TEXT,
    "mirrored_at" TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "balance_transactions_pkey" PRIMARY KEY ("workspace_id","account","livemode","id")
);

-- CreateTable
CREATE TABLE "subscriptions" (
    "workspace_id" UUID NOT NULL,
    "account" TEXT NOT NULL,
    "livemode" BOOLEAN NOT NULL,
    "id" TEXT NOT NULL,
    "created" TIMESTAMPTZ,
    "customer" TEXT,
    "status" TEXT,
    "currency" TEXT,
    "latest_invoice" TEXT,
    "schedule" TEXT,
    "cancel_at_period_end" BOOLEAN,
    "current_period_end" TIMESTAMPTZ,
    "data" JSONB NOT NULL,
    "api_version" TEXT NOT NULL,
    "as_of_low" TIMESTAMPTZ NOT NULL,
    "as_of_high" TIMESTAMPTZ NOT NULL,
    "as_of_source" TEXT NOT NULL,
    "confirmed" BOOLEAN NOT NULL,
    "deleted_at" TIMESTAMPTZ,
    "note" TEXT,
    "mirrored_at" TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "subscriptions_pkey" PRIMARY KEY ("workspace_id","account","livemode","id")
);

-- CreateTable
CREATE TABLE "subscription_items" (
    "workspace_id" UUID NOT NULL,
    "account" TEXT NOT NULL,
    "livemode" BOOLEAN NOT NULL,
    "id" TEXT NOT NULL,
    "created" TIMESTAMPTZ,
    "subscription" TEXT,
    "price" TEXT,
    "product" TEXT,
    "quantity" BIGINT,
    "current_period_end" TIMESTAMPTZ,
    "data" JSONB NOT NULL,
    "api_version" TEXT NOT NULL,
    "as_of_low" TIMESTAMPTZ NOT NULL,
    "as_of_high" TIMESTAMPTZ NOT NULL,
    "as_of_source" TEXT NOT NULL,
    "confirmed" BOOLEAN NOT NULL,
    "deleted_at" TIMESTAMPTZ,
    "note" TEXT,
    "mirrored_at" TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "subscription_items_pkey" PRIMARY KEY ("workspace_id","account","livemode","id")
);

-- CreateTable
CREATE TABLE "invoices" (
    "workspace_id" UUID NOT NULL,
    "account" TEXT NOT NULL,
    "livemode" BOOLEAN NOT NULL,
    "id" TEXT NOT NULL,
    "created" TIMESTAMPTZ,
    "customer" TEXT,
    "subscription" TEXT,
    "number" TEXT,
    "status" TEXT,
    "currency" TEXT,
    "total" BIGINT,
    "amount_due" BIGINT,
    "amount_remaining" BIGINT,
    "due_date" TIMESTAMPTZ,
    "data" JSONB NOT NULL,
    "api_version" TEXT NOT NULL,
    "as_of_low" TIMESTAMPTZ NOT NULL,
    "as_of_high" TIMESTAMPTZ NOT NULL,
    "as_of_source" TEXT NOT NULL,
    "confirmed" BOOLEAN NOT NULL,
    "deleted_at" TIMESTAMPTZ,
    "note" TEXT,
    "mirrored_at" TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "invoices_pkey" PRIMARY KEY ("workspace_id","account","livemode","id")
);

-- CreateTable
CREATE TABLE "invoice_line_items" (
    "workspace_id" UUID NOT NULL,
    "account" TEXT NOT NULL,
    "livemode" BOOLEAN NOT NULL,
    "id" TEXT NOT NULL,
    "created" TIMESTAMPTZ,
    "invoice" TEXT,
    "subscription" TEXT,
    "amount" BIGINT,
    "currency" TEXT,
    "data" JSONB NOT NULL,
    "api_version" TEXT NOT NULL,
    "as_of_low" TIMESTAMPTZ NOT NULL,
    "as_of_high" TIMESTAMPTZ NOT NULL,
    "as_of_source" TEXT NOT NULL,
    "confirmed" BOOLEAN NOT NULL,
    "deleted_at" TIMESTAMPTZ,
    "note" TEXT,
    "mirrored_at" TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "invoice_line_items_pkey" PRIMARY KEY ("workspace_id","account","livemode","id")
);

-- CreateTable
CREATE TABLE "invoice_payments" (
    "workspace_id" UUID NOT NULL,
    "account" TEXT NOT NULL,
    "livemode" BOOLEAN NOT NULL,
    "id" TEXT NOT NULL,
    "created" TIMESTAMPTZ,
    "invoice" TEXT,
    "payment_intent" TEXT,
    "charge" TEXT,
    "status" TEXT,
    "amount_paid" BIGINT,
    "currency" TEXT,
    "is_default" BOOLEAN,
    "data" JSONB NOT NULL,
    "api_version" TEXT NOT NULL,
    "as_of_low" TIMESTAMPTZ NOT NULL,
    "as_of_high" TIMESTAMPTZ NOT NULL,
    "as_of_source" TEXT NOT NULL,
    "confirmed" BOOLEAN NOT NULL,
    "deleted_at" TIMESTAMPTZ,
    "note" TEXT,
    "mirrored_at" TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "invoice_payments_pkey" PRIMARY KEY ("workspace_id","account","livemode","id")
);

-- CreateTable
CREATE TABLE "subscription_schedules" (
    "workspace_id" UUID NOT NULL,
    "account" TEXT NOT NULL,
    "livemode" BOOLEAN NOT NULL,
    "id" TEXT NOT NULL,
    "created" TIMESTAMPTZ,
    "customer" TEXT,
    "subscription" TEXT,
    "status" TEXT,
    "data" JSONB NOT NULL,
    "api_version" TEXT NOT NULL,
    "as_of_low" TIMESTAMPTZ NOT NULL,
    "as_of_high" TIMESTAMPTZ NOT NULL,
    "as_of_source" TEXT NOT NULL,
    "confirmed" BOOLEAN NOT NULL,
    "deleted_at" TIMESTAMPTZ,
    "note" TEXT,
    "mirrored_at" TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "subscription_schedules_pkey" PRIMARY KEY ("workspace_id","account","livemode","id")
);

-- CreateTable
CREATE TABLE "person" (
    "id" UUID NOT NULL,
    "email" CITEXT NOT NULL,
    "name" TEXT NOT NULL,
    "password_hash" TEXT NOT NULL,
    "email_verified_at" TIMESTAMPTZ,
    "session_version" INTEGER NOT NULL DEFAULT 1,
    "disabled_at" TIMESTAMPTZ,
    "created_at" TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "person_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "session" (
    "id" UUID NOT NULL,
    "token_hash" BYTEA NOT NULL,
    "person_id" UUID NOT NULL,
    "person_version" INTEGER NOT NULL,
    "created_at" TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "last_used_at" TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "ended_at" TIMESTAMPTZ,
    "ip" TEXT,
    "user_agent" TEXT,

    CONSTRAINT "session_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "verification" (
    "token_hash" BYTEA NOT NULL,
    "person_id" UUID NOT NULL,
    "purpose" TEXT NOT NULL,
    "expires_at" TIMESTAMPTZ NOT NULL,
    "used_at" TIMESTAMPTZ,
    "created_at" TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "verification_pkey" PRIMARY KEY ("token_hash")
);

-- CreateTable
CREATE TABLE "workspace" (
    "id" UUID NOT NULL,
    "slug" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "time_zone" TEXT NOT NULL,
    "locale" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "workspace_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "membership" (
    "workspace_id" UUID NOT NULL,
    "person_id" UUID NOT NULL,
    "role" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "membership_pkey" PRIMARY KEY ("workspace_id","person_id")
);

-- CreateTable
CREATE TABLE "mail" (
    "id" UUID NOT NULL,
    "to_email" TEXT NOT NULL,
    "template" TEXT NOT NULL,
    "params" JSONB NOT NULL,
    "tries" INTEGER NOT NULL DEFAULT 0,
    "next_at" TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "sent_at" TIMESTAMPTZ,
    "failed_at" TIMESTAMPTZ,
    "last_error" TEXT,
    "created_at" TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "mail_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "rate_limit" (
    "key" TEXT NOT NULL,
    "points" INTEGER NOT NULL DEFAULT 0,
    "expire" BIGINT,

    CONSTRAINT "rate_limit_pkey" PRIMARY KEY ("key")
);

-- CreateTable
CREATE TABLE "account_route" (
    "account" TEXT NOT NULL,
    "livemode" BOOLEAN NOT NULL,
    "workspace_id" UUID NOT NULL,
    "generation" INTEGER NOT NULL,

    CONSTRAINT "account_route_pkey" PRIMARY KEY ("account","livemode")
);

-- CreateTable
CREATE TABLE "work" (
    "workspace_id" UUID NOT NULL,
    "account" TEXT NOT NULL,
    "livemode" BOOLEAN NOT NULL,
    "kind" TEXT NOT NULL,
    "type" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "not_before" TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "dirty_since" TIMESTAMPTZ,
    "token" BIGINT NOT NULL DEFAULT 0,
    "lease_until" TIMESTAMPTZ,
    "dirty_seq" BIGINT NOT NULL DEFAULT 0,
    "clean_seq" BIGINT NOT NULL DEFAULT 0,
    "tries" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "work_pkey" PRIMARY KEY ("workspace_id","account","livemode","kind","type","id")
);

-- CreateTable
CREATE TABLE "oauth_state" (
    "state_hash" BYTEA NOT NULL,
    "session_id" UUID NOT NULL,
    "workspace_id" UUID NOT NULL,
    "person_id" UUID NOT NULL,
    "livemode" BOOLEAN NOT NULL,
    "back_to" TEXT NOT NULL,
    "popup" BOOLEAN NOT NULL,
    "created_at" TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ NOT NULL,
    "used_at" TIMESTAMPTZ,
    "outcome" TEXT NOT NULL DEFAULT 'open',
    "detail" TEXT,

    CONSTRAINT "oauth_state_pkey" PRIMARY KEY ("state_hash")
);

-- CreateTable
CREATE TABLE "api_key_hash" (
    "hash" BYTEA NOT NULL,
    "key_id" UUID NOT NULL,
    "workspace_id" UUID NOT NULL,
    "livemode" BOOLEAN NOT NULL,
    "scopes" TEXT[],
    "expires_at" TIMESTAMPTZ NOT NULL,
    "revoked_at" TIMESTAMPTZ,

    CONSTRAINT "api_key_hash_pkey" PRIMARY KEY ("hash")
);

-- CreateTable
CREATE TABLE "rate_bucket" (
    "account" TEXT NOT NULL,
    "livemode" BOOLEAN NOT NULL,
    "endpoint" TEXT NOT NULL,
    "tokens" DOUBLE PRECISION NOT NULL,
    "refilled_at" TIMESTAMPTZ NOT NULL,

    CONSTRAINT "rate_bucket_pkey" PRIMARY KEY ("account","livemode","endpoint")
);

-- CreateTable
CREATE TABLE "heartbeat" (
    "process" TEXT NOT NULL,
    "instance" TEXT NOT NULL,
    "at" TIMESTAMPTZ NOT NULL,

    CONSTRAINT "heartbeat_pkey" PRIMARY KEY ("process","instance")
);

-- CreateTable
CREATE TABLE "connection" (
    "workspace_id" UUID NOT NULL,
    "account" TEXT NOT NULL,
    "livemode" BOOLEAN NOT NULL,
    "generation" INTEGER NOT NULL,
    "state" TEXT NOT NULL,
    "state_at" TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "scope" TEXT NOT NULL,
    "facts" JSONB NOT NULL,
    "connected_by" UUID,
    "created_at" TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "confirmed_at" TIMESTAMPTZ,
    "live_at" TIMESTAMPTZ,
    "ended_at" TIMESTAMPTZ,
    "swept_to" TIMESTAMPTZ,
    "last_event_at" TIMESTAMPTZ,

    CONSTRAINT "connection_pkey" PRIMARY KEY ("workspace_id","account","livemode","generation")
);

-- CreateTable
CREATE TABLE "backfill" (
    "workspace_id" UUID NOT NULL,
    "account" TEXT NOT NULL,
    "livemode" BOOLEAN NOT NULL,
    "generation" INTEGER NOT NULL,
    "type" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "cursor" TEXT,
    "rows" BIGINT NOT NULL DEFAULT 0,
    "oldest" TIMESTAMPTZ,
    "note" TEXT,
    "started_at" TIMESTAMPTZ,
    "updated_at" TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "finished_at" TIMESTAMPTZ,

    CONSTRAINT "backfill_pkey" PRIMARY KEY ("workspace_id","account","livemode","generation","type")
);

-- CreateTable
CREATE TABLE "operation" (
    "id" UUID NOT NULL,
    "workspace_id" UUID NOT NULL,
    "account" TEXT NOT NULL,
    "livemode" BOOLEAN NOT NULL,
    "generation" INTEGER NOT NULL,
    "kind" TEXT NOT NULL,
    "target" TEXT NOT NULL,
    "params" JSONB NOT NULL,
    "params_hash" TEXT NOT NULL,
    "client_token" TEXT NOT NULL,
    "base_fingerprint" TEXT,
    "state" TEXT NOT NULL,
    "amount" BIGINT,
    "currency" TEXT,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "equal_500s" INTEGER NOT NULL DEFAULT 0,
    "first_sent_at" TIMESTAMPTZ,
    "next_at" TIMESTAMPTZ,
    "stripe_id" TEXT,
    "stripe_status" TEXT,
    "request_id" TEXT,
    "last_error" JSONB,
    "found_by" TEXT,
    "actor" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "settled_at" TIMESTAMPTZ,

    CONSTRAINT "operation_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "audit_entry" (
    "workspace_id" UUID NOT NULL,
    "seq" BIGINT NOT NULL,
    "at" TIMESTAMPTZ NOT NULL,
    "body" JSONB NOT NULL,
    "prev_hash" TEXT NOT NULL,
    "hash" TEXT NOT NULL,

    CONSTRAINT "audit_entry_pkey" PRIMARY KEY ("workspace_id","seq")
);

-- CreateTable
CREATE TABLE "audit_text" (
    "workspace_id" UUID NOT NULL,
    "seq" BIGINT NOT NULL,
    "field" TEXT NOT NULL,
    "text" TEXT NOT NULL,

    CONSTRAINT "audit_text_pkey" PRIMARY KEY ("workspace_id","seq","field")
);

-- CreateTable
CREATE TABLE "api_key" (
    "workspace_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "last4" TEXT NOT NULL,
    "livemode" BOOLEAN NOT NULL,
    "scopes" TEXT[],
    "created_by" UUID,
    "created_at" TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ NOT NULL,
    "revoked_at" TIMESTAMPTZ,
    "last_used_at" TIMESTAMPTZ,

    CONSTRAINT "api_key_pkey" PRIMARY KEY ("workspace_id","id")
);

-- CreateTable
CREATE TABLE "payments" (
    "workspace_id" UUID NOT NULL,
    "account" TEXT NOT NULL,
    "livemode" BOOLEAN NOT NULL,
    "id" TEXT NOT NULL,
    "created" TIMESTAMPTZ NOT NULL,
    "payment_intent" TEXT,
    "charge" TEXT,
    "amount" BIGINT NOT NULL,
    "captured" BIGINT NOT NULL,
    "refunded" BIGINT NOT NULL,
    "currency" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "dispute_status" TEXT,
    "dispute_open" BOOLEAN NOT NULL DEFAULT false,
    "customer" TEXT,
    "method_type" TEXT,
    "method_brand" TEXT,
    "method_last4" TEXT,
    "invoice" TEXT,
    "confirmed" BOOLEAN NOT NULL,
    "mirrored_at" TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "payments_pkey" PRIMARY KEY ("workspace_id","account","livemode","id")
);

-- CreateIndex
CREATE INDEX "prices_workspace_id_account_livemode_product_idx" ON "prices"("workspace_id", "account", "livemode", "product");

-- CreateIndex
CREATE INDEX "payment_methods_workspace_id_account_livemode_customer_idx" ON "payment_methods"("workspace_id", "account", "livemode", "customer");

-- CreateIndex
CREATE INDEX "payment_intents_workspace_id_account_livemode_customer_idx" ON "payment_intents"("workspace_id", "account", "livemode", "customer");

-- CreateIndex
CREATE INDEX "charges_workspace_id_account_livemode_customer_idx" ON "charges"("workspace_id", "account", "livemode", "customer");

-- CreateIndex
CREATE INDEX "charges_workspace_id_account_livemode_payment_intent_idx" ON "charges"("workspace_id", "account", "livemode", "payment_intent");

-- CreateIndex
CREATE INDEX "refunds_workspace_id_account_livemode_charge_idx" ON "refunds"("workspace_id", "account", "livemode", "charge");

-- CreateIndex
CREATE INDEX "refunds_workspace_id_account_livemode_payment_intent_idx" ON "refunds"("workspace_id", "account", "livemode", "payment_intent");

-- CreateIndex
CREATE INDEX "refunds_workspace_id_account_livemode_op_id_idx" ON "refunds"("workspace_id", "account", "livemode", "op_id");

-- CreateIndex
CREATE INDEX "disputes_workspace_id_account_livemode_charge_idx" ON "disputes"("workspace_id", "account", "livemode", "charge");

-- CreateIndex
CREATE INDEX "disputes_workspace_id_account_livemode_payment_intent_idx" ON "disputes"("workspace_id", "account", "livemode", "payment_intent");

-- CreateIndex
CREATE INDEX "balance_transactions_workspace_id_account_livemode_source_idx" ON "balance_transactions"("workspace_id", "account", "livemode", "source");

-- CreateIndex
CREATE INDEX "subscriptions_workspace_id_account_livemode_customer_idx" ON "subscriptions"("workspace_id", "account", "livemode", "customer");

-- CreateIndex
CREATE INDEX "subscription_items_workspace_id_account_livemode_subscripti_idx" ON "subscription_items"("workspace_id", "account", "livemode", "subscription");

-- CreateIndex
CREATE INDEX "subscription_items_workspace_id_account_livemode_product_idx" ON "subscription_items"("workspace_id", "account", "livemode", "product");

-- CreateIndex
CREATE INDEX "invoices_workspace_id_account_livemode_customer_idx" ON "invoices"("workspace_id", "account", "livemode", "customer");

-- CreateIndex
CREATE INDEX "invoices_workspace_id_account_livemode_subscription_idx" ON "invoices"("workspace_id", "account", "livemode", "subscription");

-- CreateIndex
CREATE INDEX "invoice_line_items_workspace_id_account_livemode_invoice_idx" ON "invoice_line_items"("workspace_id", "account", "livemode", "invoice");

-- CreateIndex
CREATE INDEX "invoice_line_items_workspace_id_account_livemode_subscripti_idx" ON "invoice_line_items"("workspace_id", "account", "livemode", "subscription");

-- CreateIndex
CREATE INDEX "invoice_payments_workspace_id_account_livemode_invoice_idx" ON "invoice_payments"("workspace_id", "account", "livemode", "invoice");

-- CreateIndex
CREATE INDEX "invoice_payments_workspace_id_account_livemode_payment_inte_idx" ON "invoice_payments"("workspace_id", "account", "livemode", "payment_intent");

-- CreateIndex
CREATE INDEX "invoice_payments_workspace_id_account_livemode_charge_idx" ON "invoice_payments"("workspace_id", "account", "livemode", "charge");

-- CreateIndex
CREATE INDEX "subscription_schedules_workspace_id_account_livemode_custom_idx" ON "subscription_schedules"("workspace_id", "account", "livemode", "customer");

-- CreateIndex
CREATE INDEX "subscription_schedules_workspace_id_account_livemode_subscr_idx" ON "subscription_schedules"("workspace_id", "account", "livemode", "subscription");

-- CreateIndex
CREATE UNIQUE INDEX "person_email_key" ON "person"("email");

-- CreateIndex
CREATE UNIQUE INDEX "session_token_hash_key" ON "session"("token_hash");

-- CreateIndex
CREATE INDEX "session_person_id_idx" ON "session"("person_id");

-- CreateIndex
CREATE INDEX "verification_person_id_idx" ON "verification"("person_id");

-- CreateIndex
CREATE UNIQUE INDEX "workspace_slug_key" ON "workspace"("slug");

-- CreateIndex
CREATE INDEX "membership_person_id_idx" ON "membership"("person_id");

-- CreateIndex
CREATE INDEX "account_route_workspace_id_idx" ON "account_route"("workspace_id");

-- CreateIndex
CREATE UNIQUE INDEX "api_key_hash_key_id_key" ON "api_key_hash"("key_id");

-- CreateIndex
CREATE INDEX "operation_workspace_id_account_livemode_target_idx" ON "operation"("workspace_id", "account", "livemode", "target");

-- CreateIndex
CREATE UNIQUE INDEX "operation_workspace_id_client_token_key" ON "operation"("workspace_id", "client_token");

-- CreateIndex
CREATE UNIQUE INDEX "audit_entry_workspace_id_prev_hash_key" ON "audit_entry"("workspace_id", "prev_hash");
