// The account's book: what every charge, refund and dispute moved, in the currency the balance is kept in.
import { belief, type ObjectType, type Place, type StripeObject } from '../core/define.ts';
import { aboutCents, rateOn } from '../core/money.ts';

const TESTS = ['sandbox/wire/conformance.test.ts', 'sandbox/objects/ledger-proof.test.ts'];
belief('A balance transaction exists in the settlement currency alone; its exchange_rate is the rate of its own day.', TESTS);
belief('A charge becomes available two days after it was booked; refunds and disputes count at once.', TESTS);

const DAY = 86_400;
const PENDING_S = 2 * DAY;

export const balanceTransaction: ObjectType = {
  object: 'balance_transaction',
  prefix: 'txn',
  collection: 'balance_transactions',
  indexes: ['currency', 'source', 'type', 'payout'],
  expandable: { source: 'charge|refund|dispute' },
  listFilters: { currency: 'currency', source: 'source', type: 'type', payout: 'payout' },
  shown: (place, transaction) => ({ ...transaction, status: Number(transaction.available_on) <= place.now ? 'available' : 'pending' }),
  routes: [{ method: 'GET', path: '/v1/balance', run: balance }],
};

export type Booking = {
  /** Signed, in the currency of what is booked. */
  amount: number;
  currency: string;
  kind: keyof typeof KINDS;
  source: string;
  description?: string | null;
  availableAtOnce?: boolean;
};

const KINDS = {
  charge: { type: 'charge', reporting_category: 'charge' },
  refund: { type: 'refund', reporting_category: 'refund' },
  refund_failure: { type: 'refund_failure', reporting_category: 'refund_failure' },
  dispute: { type: 'adjustment', reporting_category: 'dispute' },
  dispute_reversal: { type: 'adjustment', reporting_category: 'dispute_reversal' },
} as const;

export function book(place: Place, { amount, currency, kind, source, description = null, availableAtOnce }: Booking): StripeObject {
  const settlement = place.merchant.currency;
  const rate = rateOn(place.now, currency, settlement);
  const settled = rate === null ? amount : roundHalfAway(amount * rate);
  const fee = feeOf(kind, settled, settlement, rate !== null);
  const waits = kind === 'charge' && !availableAtOnce;
  return place.put({
    id: place.newId('txn'),
    object: 'balance_transaction',
    amount: settled,
    available_on: waits ? place.now + PENDING_S : place.now,
    balance_type: 'payments',
    created: place.now,
    currency: settlement,
    description,
    exchange_rate: rate,
    fee,
    fee_details: fee
      ? [
          {
            amount: fee,
            application: null,
            currency: settlement,
            description: kind === 'dispute' ? 'Dispute fee' : 'Stripe processing fees',
            type: 'stripe_fee',
          },
        ]
      : [],
    net: settled - fee,
    reporting_category: KINDS[kind].reporting_category,
    source,
    status: waits ? 'pending' : 'available',
    type: KINDS[kind].type,
  });
}

function feeOf(kind: Booking['kind'], settled: number, currency: string, converted: boolean): number {
  if (kind === 'charge') return Math.round(settled * (converted ? 0.039 : 0.029)) + aboutCents(30, currency);
  return kind === 'dispute' ? aboutCents(1500, currency) : 0;
}

function roundHalfAway(value: number): number {
  return Math.sign(value) * Math.round(Math.abs(value));
}

function balance(place: Place): StripeObject {
  const sums = { available: new Map<string, number>(), pending: new Map<string, number>() };
  sums.available.set(place.merchant.currency, 0);
  sums.pending.set(place.merchant.currency, 0);
  for (const { available_on, currency, net } of place.all('balance_transaction')) {
    const part = Number(available_on) <= place.now ? sums.available : sums.pending;
    part.set(String(currency), (part.get(String(currency)) ?? 0) + Number(net));
  }
  const rows = (part: Map<string, number>): object[] => [...part].map(([currency, amount]) => ({ amount, currency, source_types: { card: amount } }));
  return { object: 'balance', available: rows(sums.available), livemode: place.livemode, pending: rows(sums.pending) } as unknown as StripeObject; // Stripe's balance has no id
}
