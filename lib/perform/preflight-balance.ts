// What Stripe would pay a refund from, asked of Stripe while a person has the dialog open. It only warns: nothing is decided by it.
import { db } from '../db.ts';
import type { Ledger } from '../ledger.ts';
import { log } from '../log.ts';
import type { Minor } from '../money.ts';
import { stripeAs } from '../stripe.ts';

const PATIENCE_MS = 3_000;
/** One answer serves everybody of this account for so long: opening dialogs must not eat the account's rate of calls. */
const KEEP_MS = 10_000;

type Balances = ReadonlyMap<string, Minor>;

const asked = new Map<string, { readonly at: number; readonly answer: Promise<Balances | null> }>();

/**
 * What is available in a currency, in its minor units: negative after refunds and disputes that took more than was there.
 * Null where Stripe does not answer within three seconds, has no balance in it, or must not be asked (I9): then there is nothing to say.
 */
export async function availableBalance(ledger: Ledger, currency: string): Promise<Minor | null> {
  return (await balancesOf(ledger))?.get(currency) ?? null;
}

function balancesOf(ledger: Ledger): Promise<Balances | null> {
  const key = `${ledger.account} ${ledger.livemode}`;
  const known = asked.get(key);
  if (known && performance.now() - known.at < KEEP_MS) return known.answer;
  if (asked.size > 1_000) asked.clear();
  const answer = read(ledger);
  asked.set(key, { at: performance.now(), answer });
  return answer;
}

async function read(ledger: Ledger): Promise<Balances | null> {
  try {
    if (!(await mayAsk(ledger))) return null;
    const { available } = await stripeAs(ledger, 'interactive').balance.retrieve({}, { timeout: PATIENCE_MS, maxNetworkRetries: 0 });
    return new Map(available.map(({ amount, currency }) => [currency, BigInt(amount)]));
  } catch (error) {
    log.info({ err: error, account: ledger.account }, 'the balance could not be read');
    return null;
  }
}

/** Revoked means quiet: a connection whose access is in doubt is asked by its one probe alone. */
async function mayAsk(ledger: Ledger): Promise<boolean> {
  const route = await db.as(ledger, (tx) =>
    tx.maybe(
      `SELECT FROM connection c JOIN account_route r ON r.workspace_id = c.workspace_id AND r.account = c.account AND r.livemode = c.livemode AND r.generation = c.generation
        WHERE c.workspace_id = $1 AND c.account = $2 AND c.livemode = $3 AND c.generation = $4 AND NOT r.paused AND c.state IN ('backfilling', 'live')`,
      [ledger.workspace, ledger.account, ledger.livemode, ledger.generation],
    ),
  );
  return route !== null;
}
