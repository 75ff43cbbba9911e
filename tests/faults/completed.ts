// Waits, with the completer running, until operations have come to rest.
import { sleep, stopwatch } from '#lib/clock.ts';
import { db } from '#lib/db.ts';
import { completeDue, type CompleteOptions } from '#lib/perform/complete.ts';
import type { Connected } from '#tests/connected.ts';

export async function until(condition: () => Promise<boolean>, ms = 10_000): Promise<void> {
  for (const elapsed = stopwatch(); !(await condition()); await sleep(25)) if (elapsed() > ms) throw new Error(`It did not come about within ${ms} ms.`);
}

export type Stored = {
  id: string;
  state: string;
  stripe_id: string | null;
  stripe_status: string | null;
  found_by: string | null;
  attempts: number;
  last_error: Record<string, unknown> | null;
};

/** The operation a token made, as stored; null where none was. */
export async function stored({ ledger }: Connected, token: string): Promise<Stored | null> {
  return db.as(ledger, (tx) =>
    tx.maybe<Stored>(
      'SELECT id, state, stripe_id, stripe_status, found_by, attempts, last_error FROM operation WHERE workspace_id = $1 AND client_token IN ($2, $3)',
      [ledger.workspace, token, `test:${token}`],
    ),
  );
}

/** Runs the completer until the token's operation is in one of these states. */
export async function completed(world: Connected, token: string, states: readonly string[] = ends, options: CompleteOptions = {}): Promise<Stored> {
  await until(async () => {
    await completeDue({ limit: 20, ...options });
    return states.includes((await stored(world, token))?.state ?? '');
  }, 25_000);
  return (await stored(world, token))!;
}

export const ends: readonly string[] = ['accepted', 'succeeded', 'failed', 'canceled', 'needs_review'];
