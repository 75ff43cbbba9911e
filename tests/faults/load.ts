// What fault runs do to an account as its merchant, what they watch meanwhile, and what must be true of the mirror afterwards.
import type Stripe from 'stripe';
import { entries } from '#lib/catalogue/index.ts';
import type { Ledger } from '#lib/ledger.ts';
import type { Ground } from './ground.ts';
import { inLanes, type House } from './house.ts';

/** About 600 events for each of `times`: payments with every end, refunds, customers changed several times in one second, catalogue objects made and deleted. */
export async function play(merchant: Stripe, random: () => number, times: number): Promise<void> {
  const versions = (count: number) => Array.from({ length: count }, (_, index) => ({ metadata: { v: String(index + 1) } }));
  await inLanes(
    Array.from({ length: Math.round(52 * times) }, (_, index) => index),
    4,
    async (index) => {
      const customer = await merchant.customers.create({ name: `Reader ${index}`, email: `r${index}@example.com`, metadata: { v: '0' } });
      for (const change of versions(1 + Math.floor(random() * 4))) await merchant.customers.update(customer.id, change);
      if (index % 10 === 0) await merchant.customers.del(customer.id);
      if (index % 10 === 0) return;
      const method = random() < 0.15 ? 'pm_card_chargeDeclined' : 'pm_card_visa';
      const paid = await merchant.paymentIntents
        .create({
          amount: 1_000 + index,
          currency: 'eur',
          customer: customer.id,
          payment_method: method,
          confirm: true,
          return_url: 'https://x.example',
          metadata: { v: '0' },
        })
        .catch(() => null);
      if (!paid) return;
      for (const change of versions(2)) await merchant.paymentIntents.update(paid.id, change);
      if (random() < 0.6) await merchant.refunds.create({ payment_intent: paid.id, amount: 300 });
      if (random() < 0.4) await merchant.refunds.create({ payment_intent: paid.id, amount: 200 });
    },
  );
  await inLanes(
    Array.from({ length: Math.round(26 * times) }, (_, index) => index),
    4,
    async (index) => {
      const product = await merchant.products.create({ name: `Paper ${index}`, metadata: { v: '0' } });
      for (const change of versions(2)) await merchant.products.update(product.id, change);
      if (index % 4 === 0) await merchant.products.del(product.id);
      else await merchant.prices.create({ product: product.id, currency: 'eur', unit_amount: 500, recurring: { interval: 'month' } });
    },
  );
}

export type Steps = {
  /** Rows that showed an older version than before; `doubted`: one of the two copies said of itself that it was unconfirmed. */
  readonly back: readonly { readonly id: string; readonly from: number; readonly to: number; readonly doubted: boolean; readonly at: number }[];
  readonly looks: number;
  /** Looks that the database did not answer. */
  readonly blind: number;
};

/** Looks every 100 ms at the version each row shows: it may only rise, and a tombstone stays. */
export function watchSteps(ground: Ground, ledger: Ledger): { stop: () => Promise<Steps> } {
  const seen = new Map<string, { v: number; confirmed: boolean }>();
  const back: Steps['back'][number][] = [];
  const count = { looks: 0, blind: 0 };
  const watch = { over: false };
  const DELETED = 1_000_000;
  const sql = ['customers', 'payment_intents', 'products']
    .map(
      (table) =>
        `SELECT id, confirmed, CASE WHEN deleted_at IS NULL THEN COALESCE((data #>> '{metadata,v}')::int, 0) ELSE ${DELETED} END AS v FROM ${table} WHERE workspace_id = $1`,
    )
    .join(' UNION ALL ');
  const look = async () => {
    const { rows } = await ground.owner.query<{ id: string; confirmed: boolean; v: number }>(sql, [ledger.workspace]);
    for (const { id, v, confirmed } of rows) {
      const before = seen.get(id);
      if (before && v < before.v) back.push({ id, from: before.v, to: v, doubted: !before.confirmed || !confirmed, at: performance.now() });
      seen.set(id, { v, confirmed });
    }
    count.looks += 1;
  };
  const looking = (async () => {
    while (!watch.over) {
      await look().catch(() => (count.blind += 1));
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  })();
  return {
    stop: async () => {
      watch.over = true;
      await looking;
      return { back, ...count };
    },
  };
}

/** Mirrored rows whose copy has neither a fetch or page nor a kept event behind it. */
export async function unfounded(ground: Ground, ledger: Ledger): Promise<unknown[]> {
  const sql = entries
    .map(
      (entry) =>
        `SELECT '${entry.type}' AS type, t.id, t.as_of_source FROM ${entry.collection} t WHERE t.workspace_id = $1 AND t.as_of_source NOT IN ('fetch', 'page')
           AND NOT EXISTS (SELECT FROM inbox i WHERE i.account = t.account AND i.livemode = t.livemode AND i.event_id = t.as_of_source AND i.state = 'done')`,
    )
    .join(' UNION ALL ');
  return (await ground.owner.query(sql, [ledger.workspace])).rows;
}

/** Has the workers sweep this account now, and waits until they did. */
export async function swept({ ground }: House, { account }: Ledger): Promise<void> {
  await ground.owner.query(`UPDATE work SET not_before = clock_timestamp() WHERE kind = 'sweep' AND account = $1`, [account]);
  const sql = `SELECT not_before > clock_timestamp() AS swept FROM work WHERE kind = 'sweep' AND account = $1`;
  await until(async () => (await ground.owner.query<{ swept: boolean }>(sql, [account])).rows[0]!.swept);
}

/** What the inbox holds of this account, its own events about the application apart. */
export async function inboxOf({ ground }: House, { account }: Ledger): Promise<Inbox> {
  const { rows } = await ground.owner.query<Inbox>(
    `SELECT count(*)::int AS events, count(*) FILTER (WHERE source = 'sweep')::int AS swept, COALESCE(sum(deliveries), 0)::int AS deliveries,
            count(*) FILTER (WHERE state IN ('kept', 'unrouted'))::int AS open, count(*) FILTER (WHERE state = 'dead')::int AS dead
       FROM inbox WHERE account = $1 AND type NOT LIKE 'account.%'`,
    [account],
  );
  return rows[0]!;
}

/** `deliveries`: how often Stripe was answered 2xx, by what is kept. */
export type Inbox = { readonly events: number; readonly swept: number; readonly deliveries: number; readonly open: number; readonly dead: number };

export async function until(condition: () => Promise<boolean>, patienceMs = 60_000): Promise<void> {
  const start = performance.now();
  while (!(await condition())) {
    if (performance.now() - start > patienceMs) throw new Error(`It did not come to pass within ${patienceMs / 1000} s.`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
