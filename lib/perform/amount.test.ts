// What may be refunded: the decision against an oracle in plain numbers that replays a payment's life.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { leftOf, refusalOf, type Figures } from './amount.ts';

const figures = (of: Partial<Figures> = {}): Figures => ({ currency: 'eur', captured: 10_000n, chargeRefunded: 0n, refundsSum: 0n, reserved: 0n, ...of });

describe('an amount', () => {
  test.each([
    ['nothing', 0n, {}, 'zero'],
    ['less than nothing', -1n, {}, 'zero'],
    ['one unit above what is left', 10_001n, {}, 'above_left'],
    ['all that is left', 10_000n, {}, null],
    ['what the charge says is gone', 5_001n, { chargeRefunded: 5_000n, refundsSum: 1_000n }, 'above_left'],
    ['what refunds say is gone', 5_001n, { chargeRefunded: 1_000n, refundsSum: 5_000n }, 'above_left'],
    ['what is reserved', 4_001n, { refundsSum: 5_000n, reserved: 1_000n }, 'above_left'],
    ['yen without decimals', 1n, { currency: 'jpy' }, null],
    ['dinar in tens of fils', 1_230n, { currency: 'kwd' }, null],
    ['dinar in single fils', 1_234n, { currency: 'kwd' }, 'decimals'],
    ['a currency nobody knows', 100n, { currency: 'zzz' }, 'unknown_currency'],
  ] as const)('%s', (_name, amount, of, why) => {
    expect(refusalOf(amount, figures(of))).toBe(why);
  });

  test('what is left is never below nothing', () => {
    expect(leftOf(figures({ chargeRefunded: 9_000n, reserved: 5_000n }))).toBe(0n);
  });
});

test('over any life of a payment no accepted amounts ever exceed what was captured, and nothing that fits is refused', () => {
  const step = fc.record({
    amount: fc.integer({ min: -50, max: 700 }),
    fate: fc.constantFrom('stays_open', 'settles', 'refused', 'charge_first', 'refund_first'),
  });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1_000 }), fc.array(step, { maxLength: 25 }), (captured, steps) => {
      // The truth at Stripe, in numbers. One of the mirror's two sums may lag behind refunds made in Stripe, either one:
      // were both behind, each would be marked as owed, and `perform` confirms them before it decides.
      let [truth, open, chargeSays, refundsSay] = [0, 0, 0, 0];
      for (const { amount, fate } of steps) {
        const why = refusalOf(
          BigInt(amount),
          figures({ captured: BigInt(captured), chargeRefunded: BigInt(chargeSays), refundsSum: BigInt(refundsSay), reserved: BigInt(open) }),
        );
        const fits = amount > 0 && truth + open + amount <= captured;
        expect(why === null, `${amount} of ${captured} with ${truth} refunded and ${open} open`).toBe(fits);
        if (why !== null || fate === 'refused') continue;
        if (fate === 'stays_open') open += amount;
        else truth += amount;
        if (fate === 'settles') [chargeSays, refundsSay] = [truth, refundsSay + amount]; // its reply carries the charge of the same moment
        if (fate === 'charge_first') [chargeSays, refundsSay] = [truth, refundsSay < truth - amount ? refundsSay : truth - amount];
        if (fate === 'refund_first') [chargeSays, refundsSay] = [truth - amount, truth];
      }
      expect(truth + open).toBeLessThanOrEqual(captured);
    }),
    { numRuns: 5_000 },
  );
});
