// How much of a payment can still be refunded, and whether an amount may be: pure, in minor units.
import { exponentOf, isKnownCurrency, type Minor } from '../money.ts';

export type Figures = {
  readonly currency: string;
  readonly captured: Minor;
  /** The charge's own word; it or the sum of refunds may be the one that is behind, so the larger counts. */
  readonly chargeRefunded: Minor;
  /** Sum of mirrored refunds that are neither failed nor canceled; an unknown status keeps its amount. */
  readonly refundsSum: Minor;
  /** Sum of our operations that may still move money and whose object is not mirrored yet. */
  readonly reserved: Minor;
};

type AmountRefusal = 'zero' | 'decimals' | 'above_left' | 'unknown_currency';

export function refundedOf({ chargeRefunded, refundsSum }: Figures): Minor {
  return chargeRefunded > refundsSum ? chargeRefunded : refundsSum;
}

export function leftOf(figures: Figures): Minor {
  const left = figures.captured - refundedOf(figures) - figures.reserved;
  return left > 0n ? left : 0n;
}

/** Decided here before Stripe is asked: two partial refunds that are each below the whole charge are ours to stop. */
export function refusalOf(amount: Minor, figures: Figures): AmountRefusal | null {
  if (!isKnownCurrency(figures.currency)) return 'unknown_currency';
  if (amount <= 0n) return 'zero';
  if (amount > leftOf(figures)) return 'above_left';
  // Stripe takes three-decimal currencies only in tens of their minor unit.
  if (exponentOf(figures.currency) === 3 && amount % 10n !== 0n) return 'decimals';
  return null;
}
