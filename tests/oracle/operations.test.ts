// The oracle itself: each promise broken by hand is seen, and a life as promised is not blamed.
import { expect, test } from 'vitest';
import { faultsIn, type Life } from './operations.ts';

const HOUR = 3_600_000;
const good: Life = {
  operation: 'o1',
  end: 'succeeded',
  posts: [
    { key: 'op_o1_refund_payment', at: 0 },
    { key: 'op_o1_refund_payment', at: 1 },
  ],
  made: 1,
  undone: 0,
};

test.each<[string, Partial<Life>]>([
  ['done', {}],
  ['pending', { end: 'accepted' }],
  ['refused', { end: 'failed', made: 0 }],
  ['failed afterwards', { end: 'failed', undone: 1 }],
  ['never sent', { end: 'canceled', posts: [], made: 0 }],
  ['left to a person', { end: 'needs_review' }],
])('%s is as promised', (_name, change) => {
  expect(faultsIn({ ...good, ...change }, true)).toEqual([]);
});

test.each<[string, Partial<Life>, RegExp]>([
  ['two refunds', { made: 2 }, /made 2/],
  ['no end', { end: 'unknown' }, /ends as unknown/],
  ['called over, and there', { end: 'failed' }, /called over/],
  ['called done, and nothing there', { made: 0 }, /called done/],
  ['two keys', { posts: [...good.posts, { key: 'op_o1_again', at: 2 }] }, /2 keys/],
  ['a key of another', { posts: [{ key: 'op_o2_refund_payment', at: 0 }] }, /not its own/],
  ['no key', { posts: [{ key: null, at: 0 }] }, /not its own/],
  ['out of nowhere', { posts: [] }, /without a POST/],
  ['something else', { end: 'needs_review', posts: [{ key: 'op_o1_refund_payment', at: 0, done: true }], made: 0 }, /nothing that was asked for/],
  ['too late', { posts: [good.posts[0]!, { ...good.posts[0]!, at: 23 * HOUR }] }, /23 hours/],
])('%s is seen', (_name, change, words) => {
  expect(faultsIn({ ...good, ...change }, true).join()).toMatch(words);
});
