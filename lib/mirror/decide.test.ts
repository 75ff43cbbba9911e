// Properties of decide() against an oracle written from the promise, not from the rule: a simulated Stripe whose every version is known.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BAND_MS, decide, type Shown, type Stored } from './decide.ts';

const at = (ms: number) => new Date(ms);
const payload = (ms: number, extra: Partial<Shown> = {}): Shown => ({
  kind: 'payload',
  low: at(ms),
  high: at(ms),
  deleted: false,
  usable: true,
  money: false,
  same: false,
  fenced: false,
  ...extra,
});
const copy = (low: number, high: number, deleted = false): Stored => ({ low: at(low), high: at(high), deleted });

describe('decide', () => {
  test('an unknown object is taken at once; money stays unconfirmed', () => {
    expect(decide(null, payload(0))).toEqual({ act: 'write', confirmed: true, owes: false });
    expect(decide(null, payload(0, { money: true }))).toEqual({ act: 'write', confirmed: false, owes: true });
  });

  test('newer, older and tie part exactly at three seconds', () => {
    const stored = copy(100_000, 102_000);
    expect(decide(stored, payload(102_000 + BAND_MS + 1)).act).toBe('write');
    expect(decide(stored, payload(102_000 + BAND_MS))).toEqual({ act: 'leave', confirmed: false, owes: true });
    expect(decide(stored, payload(100_000 - BAND_MS))).toEqual({ act: 'leave', confirmed: false, owes: true });
    expect(decide(stored, payload(100_000 - BAND_MS - 1))).toEqual({ act: 'leave', confirmed: false, owes: false });
    expect(decide(stored, payload(100_000 - BAND_MS - 1, { money: true })).owes).toBe(true);
  });

  test('a tombstone is terminal, whatever comes and whatever its stamp', () => {
    fc.assert(
      fc.property(anyShown(), (shown) => {
        expect(decide(copy(0, 0, true), shown)).toEqual({ act: 'leave', confirmed: true, owes: false });
      }),
    );
  });

  test('a deletion bites whatever its stamp', () => {
    fc.assert(
      fc.property(anyShown(), fc.integer({ min: 0, max: 60_000 }), (shown, high) => {
        expect(decide(copy(high, high), { ...shown, deleted: true }).act).toBe('tombstone');
      }),
    );
  });

  test('an unusable payload writes nothing and owes a fetch', () => {
    fc.assert(
      fc.property(anyShown(), (shown) => {
        expect(decide(null, { ...shown, deleted: false, usable: false })).toEqual({ act: 'leave', confirmed: false, owes: true });
      }),
    );
  });

  test('a fetch whose fence stands always lands', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 60_000 }), fc.integer({ min: 0, max: 60_000 }), (stored, shown) => {
        expect(decide(copy(stored, stored), { ...payload(shown), kind: 'fetch', money: true, fenced: true })).toEqual({
          act: 'write',
          confirmed: true,
          owes: false,
        });
      }),
    );
  });
});

describe('against a Stripe whose every version is known', () => {
  // One object with versions at known instants; evidence is taken with jitter and arrives in any order, some of it never.
  test('no step back is ever shown, and what is left unproven is owed', () => {
    fc.assert(
      fc.property(worlds(), ({ versions, arrivals, money }) => {
        const held: { stored: (Stored & { version: number }) | null } = { stored: null };
        let owed = false;
        for (const { index, kind, jitter, slow } of arrivals) {
          const truth = versions[index % versions.length]!;
          const shown: Shown =
            kind === 'payload'
              ? payload(Math.floor((truth.at + jitter) / 1000) * 1000, { money })
              : { ...payload(0, { money }), kind, low: at(Math.floor(truth.at / 1000) * 1000 - slow), high: at(Math.floor(truth.at / 1000) * 1000 + 1_000) };
          const version = kind === 'payload' ? truth.number : versionAt(versions, truth.at);
          const { stored } = held;
          const decision = decide(stored, { ...shown, same: stored?.version === version });
          if (decision.act === 'write') {
            expect(version, 'a step back').toBeGreaterThanOrEqual(stored?.version ?? 0);
            held.stored = {
              low: at(Math.max(+shown.low, +(stored?.low ?? 0))),
              high: at(Math.max(+shown.high, +(stored?.high ?? 0))),
              deleted: false,
              version,
            };
          }
          owed ||= decision.owes;
        }
        // The oracle: once every version's own event has come, either the newest is shown or a fetch is owed.
        const complete = versions.every((version) =>
          arrivals.some((arrival) => arrival.kind === 'payload' && versions[arrival.index % versions.length] === version),
        );
        if (complete && held.stored && held.stored.version !== versions.at(-1)!.number) expect(owed).toBe(true);
        if (money && arrivals.some((arrival) => arrival.kind === 'payload')) expect(owed).toBe(true);
      }),
      { numRuns: 3_000 },
    );
  });
});

function worlds() {
  return fc
    .record({
      gaps: fc.array(fc.oneof(fc.integer({ min: 1, max: 450 }), fc.integer({ min: 1_000, max: 20_000 })), { minLength: 1, maxLength: 6 }),
      // ±1 s: with the cut to whole seconds two stamps stay within the band of three. Beyond it only money is safe, by its fetch.
      arrivals: fc.array(
        fc.record({
          index: fc.nat(5),
          kind: fc.constantFrom('payload' as const, 'payload' as const, 'fetch' as const, 'page' as const),
          jitter: fc.integer({ min: -1_000, max: 1_000 }),
          slow: fc.integer({ min: 0, max: 5_000 }),
        }),
        { minLength: 1, maxLength: 12 },
      ),
      money: fc.boolean(),
    })
    .map(({ gaps, arrivals, money }) => {
      let clock = 1_000_000;
      const versions = gaps.map((gap, number) => ({ number: number + 1, at: (clock += gap) }));
      return { versions, arrivals, money };
    });
}

function versionAt(versions: readonly { number: number; at: number }[], instant: number): number {
  return versions.filter((version) => version.at <= instant).at(-1)!.number;
}

function anyShown() {
  return fc.record({
    kind: fc.constantFrom('payload' as const, 'fetch' as const, 'page' as const),
    low: fc.integer({ min: 0, max: 60_000 }).map(at),
    high: fc.integer({ min: 60_000, max: 120_000 }).map(at),
    deleted: fc.boolean(),
    usable: fc.boolean(),
    money: fc.boolean(),
    same: fc.boolean(),
    fenced: fc.boolean(),
  });
}
