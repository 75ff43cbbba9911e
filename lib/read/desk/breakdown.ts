// What a payment came to: one grid where everything is in one currency, two where it was settled in another. Nothing is subtracted across the two.
import type { PaymentParts } from './payment.ts';
import type { Transaction } from './parts.ts';

export type Line = { readonly label: 'charged' | 'gross' | 'refunded' | 'disputed' | 'fee' | 'left' | 'net'; readonly amount: bigint };
export type Grid = { readonly currency: string; readonly lines: readonly Line[] };

export type Breakdown = {
  readonly paid: Grid;
  /** What moved on the balance, where that is in another currency; its rate is Stripe's, of the day the charge was made. */
  readonly balance: (Grid & { readonly rate: number | null; readonly at: Date | null }) | null;
  /** Stripe keeps this on a refund, in the currency of the balance; null while the balance transaction is not known. */
  readonly fee: { readonly amount: bigint; readonly currency: string } | null;
  readonly confirmed: boolean;
};

type Money = { readonly captured: bigint; readonly refunded: bigint; readonly currency: string; readonly confirmed: boolean };

export function breakdownOf(money: Money, { charges, disputes, transactions }: Pick<PaymentParts, 'charges' | 'disputes' | 'transactions'>): Breakdown {
  const ofCharges = transactions.filter(({ source }) => charges.some((charge) => charge.id === source));
  const settled = ofCharges[0]?.currency ?? null;
  const same = settled === null || transactions.every(({ currency }) => currency === money.currency);
  const ofDisputes = transactions.filter(({ source }) => disputes.some((dispute) => dispute.id === source));
  const fee = settled === null ? null : { amount: total(ofCharges, 'fee'), currency: settled };
  const confirmed = money.confirmed && transactions.every((transaction) => transaction.confirmed);
  if (!same) return { paid: paidAlone(money), balance: onBalance(transactions, ofCharges, ofDisputes, settled), fee, confirmed };
  const lines: Line[] = [
    { label: 'charged', amount: money.captured },
    ...optional('refunded', -money.refunded),
    ...optional('disputed', total(ofDisputes, 'amount')),
    ...(settled === null ? [] : [{ label: 'fee' as const, amount: -total(transactions, 'fee') }]),
  ];
  // Without its balance transaction the fee is not known, and so neither is what is left of the money.
  const net = settled === null ? [] : [{ label: 'net' as const, amount: lines.reduce((sum, line) => sum + line.amount, 0n) }];
  return { paid: { currency: money.currency, lines: [...lines, ...net] }, balance: null, fee, confirmed };
}

function paidAlone({ captured, refunded, currency }: Money): Grid {
  return {
    currency,
    lines: [{ label: 'charged', amount: captured }, ...optional('refunded', -refunded), { label: 'left', amount: captured - refunded }],
  };
}

function onBalance(
  all: readonly Transaction[],
  ofCharges: readonly Transaction[],
  ofDisputes: readonly Transaction[],
  settled: string | null,
): Breakdown['balance'] {
  const here = all.filter(({ currency }) => currency === settled);
  const rest = here.filter((transaction) => !ofCharges.includes(transaction) && !ofDisputes.includes(transaction));
  const first = ofCharges.at(-1);
  const rate = first?.data['exchange_rate'];
  return {
    currency: settled ?? '',
    lines: [
      { label: 'gross', amount: total(ofCharges, 'amount') },
      ...optional('refunded', total(rest, 'amount')),
      ...optional('disputed', total(ofDisputes, 'amount')),
      { label: 'fee', amount: -total(here, 'fee') },
      { label: 'net', amount: total(here, 'net') },
    ],
    rate: typeof rate === 'number' ? rate : null,
    at: first?.created ?? null,
  };
}

function optional(label: Line['label'], amount: bigint): Line[] {
  return amount === 0n ? [] : [{ label, amount }];
}

function total(transactions: readonly Transaction[], of: 'amount' | 'fee' | 'net'): bigint {
  return transactions.reduce((sum, transaction) => sum + transaction[of], 0n);
}
