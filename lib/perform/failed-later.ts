// A refund that came to nothing after its person had turned away: told by mail, in the transaction that learns of it, once (INVARIANTS §3.2).
import type { Tx } from '../db.ts';
import { env } from '../env.ts';
import { href } from '../href.ts';
import { t, type MessageKey } from '../messages/index.ts';
import type { Actor } from '../merchant.ts';
import { formatMoney } from '../money.ts';
import { writeMail } from '../notify/mail.ts';
import type { Step } from './machine.ts';
import type { Operation } from './operation.ts';
import type { Learned } from './record.ts';

/** To whoever asked, where they are still a member; else, and for a key's refund, to the owners. `refund` is Stripe's id. Runs under the operation's lock. */
export async function mailFailure(tx: Tx, operation: Operation, step: Step, learned: Learned, refund: string | null, actor: Actor): Promise<void> {
  if (operation.kind !== 'refund_payment' || refund === null || operation.amount === null || operation.currency === null) return;
  if (step.state !== 'failed' && step.state !== 'canceled') return;
  // Unchanged, or answered while its person waits: the dialog says it.
  if (operation.state === step.state || (learned.how === 'sent' && actor.kind !== 'job')) return;
  if (step.state === 'canceled' && (await canceledByAsker(tx, operation, refund))) return;
  const workspace = await tx.one<{ slug: string; locale: string }>('SELECT slug, locale FROM workspace WHERE id = $1', [operation.workspace_id]);
  const { why } = await tx.one<{ why: string | null }>(
    `SELECT (SELECT data ->> 'failure_reason' FROM refunds WHERE workspace_id = $1 AND account = $2 AND livemode = $3 AND id = $4) AS why`,
    [operation.workspace_id, operation.account, operation.livemode, refund],
  );
  const params = {
    amount: formatMoney(operation.amount, operation.currency, workspace.locale),
    reason: step.state === 'canceled' ? t('mail.refund_failed.canceled') : reasonOf(why),
    link: new URL(href({ workspace, livemode: operation.livemode }, 'refunds', refund), env().APP_URL).href,
  };
  for (const { email } of await readersOf(tx, operation)) await writeMail(tx, { to: email, template: 'refund_failed', params, test: !operation.livemode });
}

/** Who takes back what they asked for need not be told. */
async function canceledByAsker(tx: Tx, { workspace_id: workspace, account, livemode, actor }: Operation, refund: string): Promise<boolean> {
  const own = await tx.maybe(
    `SELECT 1 AS own FROM operation WHERE workspace_id = $1 AND account = $2 AND livemode = $3 AND kind = 'cancel_refund' AND target = $4
        AND state NOT IN ('failed', 'canceled') AND actor ->> 'kind' = $5 AND actor_id = $6 LIMIT 1`,
    [workspace, account, livemode, refund, actor.kind, actor.id],
  );
  return own !== null;
}

async function readersOf(tx: Tx, { workspace_id: workspace, actor }: Operation): Promise<{ email: string }[]> {
  const asker = actor.kind === 'person' ? actor.id : null;
  return tx.query<{ email: string }>(
    `WITH members AS (
       SELECT p.id, p.email, m.role FROM membership m JOIN person p ON p.id = m.person_id WHERE m.workspace_id = $1 AND p.disabled_at IS NULL)
     SELECT email FROM members WHERE id = $2::uuid
     UNION SELECT email FROM members WHERE role = 'owner' AND NOT EXISTS (SELECT FROM members WHERE id = $2::uuid) ORDER BY email`,
    [workspace, asker],
  );
}

const known: Readonly<Record<string, MessageKey>> = {
  lost_or_stolen_card: 'mail.refund_failed.why.lost_or_stolen_card',
  expired_or_canceled_card: 'mail.refund_failed.why.expired_or_canceled_card',
  charge_for_pending_refund_disputed: 'mail.refund_failed.why.charge_for_pending_refund_disputed',
  insufficient_funds: 'mail.refund_failed.why.insufficient_funds',
  declined: 'mail.refund_failed.why.declined',
  merchant_request: 'mail.refund_failed.why.merchant_request',
};

function reasonOf(why: string | null): string {
  if (why === null || why === 'unknown') return t('mail.refund_failed.why.unknown');
  return Object.hasOwn(known, why) ? t(known[why] as 'mail.refund_failed.why.unknown') : t('mail.refund_failed.why.other', { word: why.slice(0, 80) });
}
