// Events about the account itself, handed on by lib/inbox/drain in its own transaction. Nothing is fetched here: the access may be gone.
import type Stripe from 'stripe';
import type { Tx } from '../db.ts';
import type { Ledger } from '../ledger.ts';
import { publish, wakeWorkers } from '../publish.ts';
import { suspend } from './access-lost.ts';
import { factsOf, storeFacts } from './facts.ts';

export type AccountEvent = { readonly type: string; readonly created: number; readonly data: { readonly object: Readonly<Record<string, unknown>> } };

/**
 * `account.application.deauthorized` suspends, whatever generation it was meant for: the probe that follows finds a reconnected account in place (I9).
 * In `disconnecting` and after the end it only confirms what was asked. `account.updated` renews the facts shown.
 */
export async function applyAccountEvent(tx: Tx, ledger: Ledger, event: AccountEvent): Promise<void> {
  if (event.type === 'account.application.deauthorized') {
    if (await suspend(tx, ledger, event.type)) await wakeWorkers(tx);
    return;
  }
  if (event.type !== 'account.updated' || event.data.object['id'] !== ledger.account) return;
  await storeFacts(tx, ledger, factsOf(event.data.object as unknown as Stripe.Account, event.created));
  await publish(tx, ledger, [ledger.account]);
}
