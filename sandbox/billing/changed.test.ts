import { expect, test } from 'vitest';
import { formerValues } from './changed.ts';

test('former values name what changed and nothing else, hashes field by field, arrays whole', () => {
  const before = { status: 'open', amount: 5, metadata: { a: '1', b: '2' }, list: [1, 2], transitions: { paid_at: null, voided_at: null } };
  const after = { status: 'paid', amount: 5, metadata: { a: '1', c: '3' }, list: [1, 3], transitions: { paid_at: 9, voided_at: null } };
  expect(formerValues(before, after)).toEqual({ status: 'open', metadata: { b: '2', c: null }, list: [1, 2], transitions: { paid_at: null } });
});

test('nothing changed, nothing to tell', () => {
  expect(formerValues({ a: { b: [1] } }, { a: { b: [1] } })).toEqual({});
});
