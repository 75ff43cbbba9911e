// The lives of all refunds that were asked for in a fault run, from the sandbox's log and truth and from our rows.
import { expect } from 'vitest';
import type { Call, Connected } from '#tests/connected.ts';
import { say } from '#tests/faults/house.ts';
import { faultsIn, type Life } from './operations.ts';

const OPEN = ['queued', 'held', 'sending', 'unknown'];

/** Throws where a promise was broken. Operations that a test left open are judged by all but their end. Void unless something was sent twice. */
export async function expectLivesAsPromised(world: Connected, name: string, repeated = true): Promise<void> {
  const posts = await world.calls('POST', '/v1/refunds');
  const lives = await livesOf(world, posts);
  const again = lives.filter((life) => life.posts.length > 1).length;
  say(`lives of ${name}`, { operations: lives.length, sent: lives.filter((life) => life.posts.length > 0).length, sent_again: again });
  // What is sent without a key was made in Stripe by the test itself.
  const keys = posts.flatMap((post) => post.idempotency_key ?? []);
  expect(
    keys.filter((key) => !lives.some((life) => key.includes(life.operation))),
    'keys of no operation',
  ).toEqual([]);
  expect(lives.flatMap((life) => faultsIn(life, !OPEN.includes(life.end)))).toEqual([]);
  expect(lives.length, 'operations lived').toBeGreaterThan(0);
  if (repeated) expect(again, 'operations sent again').toBeGreaterThan(0);
}

async function livesOf(world: Connected, posts: readonly Call[]): Promise<Life[]> {
  const refunds = await world.truth('refund');
  const { rows } = await world.owner.query<{ id: string; state: string; amount: string; charge: string }>(
    `SELECT id, state, amount, charge FROM operation WHERE workspace_id = $1 AND kind = 'refund_payment' ORDER BY id`,
    [world.ledger.workspace],
  );
  return rows.map(({ id, state, amount, charge }) => {
    const ours = refunds.filter((refund) => (refund['metadata'] as Record<string, string> | null)?.['op_id'] === id);
    const made = ours.filter((refund) => refund['charge'] === charge && String(refund['amount']) === amount);
    return {
      operation: id,
      end: state,
      posts: posts
        .filter((post) => post.idempotency_key?.includes(id))
        .map((post) => ({ key: post.idempotency_key, at: post.stripe_at * 1_000, done: post.status === 200 })),
      made: made.length,
      undone: made.filter((refund) => refund['status'] === 'failed' || refund['status'] === 'canceled').length,
    };
  });
}
