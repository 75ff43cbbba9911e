// When a failed invoice is tried again.
const DAY = 86_400;
const WAITS = [3, 5, 7];

/** The second of the next automatic attempt after `attempts` have failed; null when the last one has been made. */
export function nextAttempt(attempts: number, failedAt: number): number | null {
  const days = WAITS[attempts - 1];
  return days === undefined ? null : failedAt + days * DAY;
}
