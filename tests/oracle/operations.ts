// Judges how an operation lived by what Stripe and the wire saw of it, and by what its row says in the end (I3). Shares no code with what moves operations.

export type Life = {
  readonly operation: string;
  readonly end: string;
  /** Each POST that reached Stripe: its idempotency key, when, in milliseconds of Stripe's clock, and whether the answer said that it is done. */
  readonly posts: readonly { readonly key: string | null; readonly at: number; readonly done?: boolean }[];
  /** Objects at Stripe that carry this operation's id and what it asked for, and how many of them came to nothing there. */
  readonly made: number;
  readonly undone: number;
};

const ENDS = ['accepted', 'succeeded', 'failed', 'canceled', 'needs_review'];
const HOUR = 3_600_000;

/** What is wrong with it, in words; nothing for a life as promised. `over`: nobody will touch it any more, so its end must be definite. */
export function faultsIn({ operation, end, posts, made, undone }: Life, over: boolean): string[] {
  const standing = made - undone;
  const keys = new Set(posts.map((post) => post.key));
  const times = posts.map((post) => post.at);
  const wrong: (string | false)[] = [
    made > 1 && `made ${made} objects`,
    over && !ENDS.includes(end) && `ends as ${end}`,
    (end === 'failed' || end === 'canceled') && standing > 0 && `called over, and stands at Stripe`,
    (end === 'succeeded' || end === 'accepted') && standing !== 1 && `called done, and ${standing} stand at Stripe`,
    keys.size > 1 && `sent under ${keys.size} keys`,
    [...keys].some((key) => !key?.includes(operation)) && 'sent under a key that is not its own',
    made > 0 && posts.length === 0 && 'made without a POST',
    made === 0 && posts.some((post) => post.done) && 'answered as done, and nothing that was asked for is there',
    posts.length > 1 && Math.max(...times) - Math.min(...times) >= 23 * HOUR && 'sent again after 23 hours',
  ];
  return wrong.filter((fault) => fault !== false).map((fault) => `${operation}: ${fault}`);
}
