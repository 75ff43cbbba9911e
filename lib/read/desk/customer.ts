// One customer with what a desk needs beside it: figures, ways of paying, subscriptions, invoices, and one merged timeline.
import { db, type Tx } from '../../db.ts';
import type { Ledger } from '../../ledger.ts';
import { isId } from '../mirrored.ts';
import { ownCurrency, SUBSCRIPTION_ORDER } from './customers.ts';
import { totalOf, type Total } from './keyset.ts';
import { type Moment, momentsOf } from './moments.ts';
import { netSpendOf, type Spend } from './net-spend.ts';
import { isPastDue, type Open, openBalanceOf } from './open-balance.ts';
import { type Copy, copies, newestAbout, type Told } from './parts.ts';
import { manyParts } from './payment.ts';
import { belongs } from './refunds-where.ts';
import { here } from './statement.ts';
import { type SubscriptionWord, subscriptionWord } from './subscription-word.ts';

export type Method = Copy & {
  readonly kind: string | null;
  readonly brand: string | null;
  readonly last4: string | null;
  readonly exp_month: number | null;
  readonly exp_year: number | null;
};
export type CustomerSubscription = Pick<Copy, 'id' | 'created'> & SubscriptionWord & { readonly ended: Date | null };
export type CustomerInvoice = Pick<Copy, 'id' | 'created' | 'confirmed'> & {
  readonly number: string | null;
  readonly status: string | null;
  readonly pastDue: boolean;
  readonly total: bigint;
  readonly currency: string;
};

export type Customer = {
  readonly copy: Copy;
  readonly spend: readonly Spend[];
  readonly open: readonly Open[];
  readonly ownCurrency: string | null;
  readonly methods: readonly Method[];
  readonly defaultMethod: string | null;
  /** What most wants to be seen first. */
  readonly subscriptions: readonly CustomerSubscription[];
  readonly invoices: readonly CustomerInvoice[];
  readonly payments: Total;
  readonly refunds: Total;
  readonly newestEvent: Told | null;
};

/** Null when this ledger has none by that id, whoever else may. A deleted customer is found. */
export async function findCustomer(ledger: Ledger, id: string): Promise<Customer | null> {
  if (!isId(id)) return null;
  return db.as(ledger, async (tx) => {
    const [copy] = await copies<Copy>(tx, ledger, 'customers', 'x.id = $4', id);
    if (!copy) return null;
    const settings = copy.data['invoice_settings'] as { default_payment_method?: unknown } | null | undefined;
    const chosen = settings?.default_payment_method ?? copy.data['default_source'];
    return {
      copy,
      spend: (await netSpendOf(tx, ledger, [id])).get(id) ?? [],
      open: (await openBalanceOf(tx, ledger, [id])).get(id) ?? [],
      ownCurrency: await ownCurrency(tx, ledger),
      newestEvent: await newestAbout(tx, ledger, [id]),
      methods: await copies<Method>(tx, ledger, 'payment_methods', 'x.customer = $4 AND x.deleted_at IS NULL', id),
      defaultMethod: typeof chosen === 'string' ? chosen : null,
      subscriptions: await subscriptionsOf(tx, ledger, id),
      invoices: await invoicesOf(tx, ledger, id),
      ...(await countsOf(tx, ledger, id)),
    };
  });
}

async function subscriptionsOf(tx: Tx, ledger: Ledger, customer: string): Promise<CustomerSubscription[]> {
  const rows = await tx.query<Copy & { current_period_end: Date | null }>(
    `SELECT s.id, s.created, s.data, s.current_period_end FROM subscriptions s
     WHERE ${here('s')} AND s.customer = $4 AND s.deleted_at IS NULL ORDER BY ${SUBSCRIPTION_ORDER} LIMIT 50`,
    [ledger.workspace, ledger.account, ledger.livemode, customer],
  );
  return rows.map(({ id, created, data, current_period_end: end }) => ({ id, created, ...subscriptionWord(data, end), ended: dateOf(data['ended_at']) }));
}

function invoicesOf(tx: Tx, ledger: Ledger, customer: string): Promise<CustomerInvoice[]> {
  return tx.query<CustomerInvoice>(
    `SELECT i.id, i.created, i.confirmed, i.number, i.status, (${isPastDue('i')}) IS TRUE AS "pastDue", COALESCE(i.total, 0) AS total, COALESCE(i.currency, '') AS currency
     FROM invoices i WHERE ${here('i')} AND i.customer = $4 AND i.deleted_at IS NULL ORDER BY (i.status = 'open') DESC NULLS LAST, i.created DESC NULLS LAST LIMIT 10`,
    [ledger.workspace, ledger.account, ledger.livemode, customer],
  );
}

const OWN_CHARGES = `SELECT c.id FROM charges c WHERE ${here('c')} AND c.customer = $4`;

async function countsOf(tx: Tx, ledger: Ledger, customer: string): Promise<{ payments: Total; refunds: Total }> {
  const row = await tx.one<{ payments: bigint; refunds: bigint }>(
    `SELECT (SELECT count(*) FROM (SELECT FROM payments p WHERE ${here('p')} AND p.customer = $4 LIMIT 10001) x) AS payments,
       (SELECT count(*) FROM (SELECT FROM refunds r WHERE ${here('r')} AND r.charge IN (${OWN_CHARGES}) LIMIT 10001) x)
       + (SELECT count(*) FROM operation o WHERE ${here('o')} AND ${belongs.unmade} AND o.charge IN (${OWN_CHARGES}))
       + (SELECT count(*) FROM operation o WHERE ${here('o')} AND ${belongs.unmirrored} AND o.charge IN (${OWN_CHARGES})) AS refunds`,
    [ledger.workspace, ledger.account, ledger.livemode, customer],
  );
  return { payments: totalOf(Number(row.payments)), refunds: totalOf(Number(row.refunds)) };
}

export type CustomerMoment =
  | Moment
  | {
      readonly id: string;
      readonly at: Date;
      readonly kind: 'customer_created' | 'customer_deleted' | 'subscribed' | 'subscription_ended';
      readonly subscription?: string;
    };
export const momentKinds = ['payments', 'refunds', 'disputes', 'subscriptions'] as const;
export type MomentKind = (typeof momentKinds)[number];

/** The newest `limit` moments, of one kind or of all, and whether there are older ones. */
export async function listCustomerMoments(
  ledger: Ledger,
  customer: Pick<Customer, 'copy' | 'subscriptions'>,
  kind: MomentKind | null,
  limit: number,
): Promise<{ moments: CustomerMoment[]; older: boolean }> {
  const { id } = customer.copy;
  const moments = await db.as(ledger, async (tx) => {
    // Every payment that any of the newest moments can belong to.
    const keys = await tx.query<{ id: string }>(RECENT, [ledger.workspace, ledger.account, ledger.livemode, id, limit + 1]);
    return (
      await manyParts(
        tx,
        ledger,
        keys.map((key) => key.id),
      )
    ).flatMap(({ row, parts }) => momentsOf(row.id, row.created, row.invoice && (row.invoice_number ?? row.invoice), parts));
  });
  const all = [...moments, ...ofCustomer(customer)]
    .filter((moment) => kind === null || kindOf(moment) === kind)
    .toSorted((a, b) => b.at.getTime() - a.at.getTime());
  return { moments: all.slice(0, limit), older: all.length > limit };
}

const RECENT = `
SELECT id FROM (
  (SELECT p.id FROM payments p WHERE ${here('p')} AND p.customer = $4 ORDER BY p.created DESC LIMIT $5)
  UNION
  (SELECT COALESCE(c.payment_intent, c.id) FROM charges c WHERE ${here('c')} AND c.customer = $4 ORDER BY c.created DESC NULLS LAST LIMIT $5)
  UNION
  (SELECT COALESCE(r.payment_intent, r.charge) FROM refunds r WHERE ${here('r')} AND r.charge IN (${OWN_CHARGES}) ORDER BY r.created DESC NULLS LAST LIMIT $5)
  UNION
  (SELECT COALESCE(d.payment_intent, d.charge) FROM disputes d WHERE ${here('d')} AND d.charge IN (${OWN_CHARGES}) ORDER BY d.created DESC NULLS LAST LIMIT $5)
) x WHERE id IS NOT NULL`;

function ofCustomer({ copy, subscriptions }: Pick<Customer, 'copy' | 'subscriptions'>): CustomerMoment[] {
  return [
    ...(copy.created ? [{ id: `${copy.id}:created`, at: copy.created, kind: 'customer_created' as const }] : []),
    ...(copy.deleted_at ? [{ id: `${copy.id}:deleted`, at: copy.deleted_at, kind: 'customer_deleted' as const }] : []),
    ...subscriptions.flatMap(({ id, created, ended }) => [
      ...(created ? [{ id: `${id}:created`, at: created, kind: 'subscribed' as const, subscription: id }] : []),
      ...(ended ? [{ id: `${id}:ended`, at: ended, kind: 'subscription_ended' as const, subscription: id }] : []),
    ]),
  ];
}

function kindOf({ kind }: CustomerMoment): MomentKind | null {
  if (kind === 'refund' || kind === 'refund_failed') return 'refunds';
  if (kind === 'disputed' || kind === 'dispute_closed') return 'disputes';
  if (kind === 'subscribed' || kind === 'subscription_ended') return 'subscriptions';
  return kind === 'customer_created' || kind === 'customer_deleted' ? null : 'payments';
}

function dateOf(seconds: unknown): Date | null {
  return typeof seconds === 'number' ? new Date(seconds * 1000) : null;
}
