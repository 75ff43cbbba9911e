// Which failed refunds were refunded again: each later attempt of the same amount on the same charge answers the oldest failure before it, and no other.

export type Failure = { readonly id: string; readonly of: string; readonly made: Date; readonly failed: Date };
/** `of` names what is refunded: charge and amount. Every refund is an attempt, the failed ones too. */
export type Attempt = { readonly of: string; readonly at: Date };

/** Ids of the failures that no attempt answered. */
export function unanswered(failures: readonly Failure[], attempts: readonly Attempt[]): string[] {
  const open = new Map<string, string[]>();
  const events = [
    // Of one instant: what failed that was made before, then what is tried, then what fails as it is made.
    ...failures.map(({ id, of, made, failed }) => ({ of, id, at: failed.getTime(), turn: made < failed ? 0 : 2 })),
    ...attempts.map(({ of, at }) => ({ of, id: null, at: at.getTime(), turn: 1 })),
  ].toSorted((a, b) => a.at - b.at || a.turn - b.turn);
  for (const { of, id } of events) {
    const waiting = open.get(of) ?? [];
    if (id === null) waiting.shift();
    else waiting.push(id);
    open.set(of, waiting);
  }
  return [...open.values()].flat();
}
