// How large a fault run is and which seeds drive its chance. `npm run test:faults` sets both; the ordinary run takes the short forms (INVARIANTS §5.1).

/** The short form, or with FAULTS_SCALE=long the size that INVARIANTS §5.1 names. */
export function scaled<Size>(short: Size, long: Size): Size {
  return process.env['FAULTS_SCALE'] === 'long' ? long : short;
}

/** The short form's seeds; with FAULTS_SEEDS=n, n seeds in a row from FAULTS_SEED on (from the first short one where that is not set). */
export function seeds(short: readonly [number, ...number[]]): number[] {
  const { FAULTS_SEEDS: count, FAULTS_SEED: first } = process.env;
  if (!count && !first) return [...short];
  return Array.from({ length: Number(count ?? '1') }, (_, index) => Number(first ?? short[0]) + index);
}

/**
 * Throws unless each fault happened at least so often. A run in which it did not proves nothing: it is void, and void is a failure.
 * A bare number means at least once.
 */
export function mustHaveFired(faults: Readonly<Record<string, number | readonly [fired: number, least: number]>>): void {
  const missing = Object.entries(faults).flatMap(([name, counted]) => {
    const [fired, least] = typeof counted === 'number' ? ([counted, 1] as const) : counted;
    return fired >= least ? [] : [`${name} fired ${fired} times, not ${least}`];
  });
  if (missing.length > 0) throw new Void(missing.join('; '));
}

class Void extends Error {
  override readonly name = 'Void';
}
