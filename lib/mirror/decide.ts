// Whether a piece of evidence may replace a stored copy: the one rule of ordering (I2, I4, I7), pure.

/** Stripe's stamps of one change jitter by up to ±1.5 s: inside this band nothing is newer or older. */
export const BAND_MS = 3_000;

export type Stored = { readonly low: Date; readonly high: Date; readonly deleted: boolean };

export type Shown = {
  readonly kind: 'payload' | 'fetch' | 'page';
  readonly low: Date;
  readonly high: Date;
  /** The object is gone at Stripe. */
  readonly deleted: boolean;
  /** A full object in the pinned version, received in the current generation. Replies always are. */
  readonly usable: boolean;
  readonly money: boolean;
  /** The copies are equal: then nothing is in doubt, whichever came first. */
  readonly same: boolean;
  /** Fetched under a lease whose token still stands: nothing was applied since the fetch began. */
  readonly fenced: boolean;
};

export type Decision = { readonly act: 'write' | 'tombstone' | 'leave'; readonly confirmed: boolean; readonly owes: boolean };

export function decide(stored: Stored | null, shown: Shown): Decision {
  if (stored?.deleted) return { act: 'leave', confirmed: true, owes: false };
  if (shown.deleted) return { act: 'tombstone', confirmed: true, owes: false };
  // A payload alone never has the last word on money.
  const unproven = shown.kind === 'payload' && shown.money;
  if (!shown.usable) return { act: 'leave', confirmed: false, owes: true };
  const order = shown.fenced ? 'newer' : compare(stored, shown);
  if (order === 'newer' || (order === 'tie' && shown.same)) return { act: 'write', confirmed: !unproven, owes: unproven };
  return { act: 'leave', confirmed: false, owes: order === 'tie' || unproven };
}

export function compare(
  stored: { readonly low: Date; readonly high: Date } | null,
  shown: { readonly low: Date; readonly high: Date },
): 'newer' | 'older' | 'tie' {
  if (!stored) return 'newer';
  if (shown.low.getTime() > stored.high.getTime() + BAND_MS) return 'newer';
  if (shown.high.getTime() < stored.low.getTime() - BAND_MS) return 'older';
  return 'tie';
}
