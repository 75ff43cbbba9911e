// Every verb keeps the same promises: strict input, a capability, words that exist, parameters that never change under their key.
import { describe, expect, test } from 'vitest';
import { ledgerOfRow } from '#lib/access/job.ts';
import { en } from '#lib/messages/en.ts';
import { verbs } from './index.ts';

const good: Record<keyof typeof verbs, Record<string, unknown>> = {
  refund_payment: { payment: 'pi_1', amount: '1200', reason: 'duplicate' },
  cancel_refund: { refund: 're_1' },
  deauthorize: { account: 'acct_1', generation: 1 },
};

describe.each(Object.entries(verbs))('%s', (kind, verb) => {
  const input = good[kind as keyof typeof verbs];

  test('is registered under its own kind and names a capability', () => {
    expect(verb.kind).toBe(kind);
    expect(verb.capability).toMatch(/^[a-z]+$/);
    expect(verb.audited).toMatch(/^[a-z]+$/);
  });

  test('takes its own input and refuses any other field, type or shape', () => {
    expect(verb.read(input).ok).toBe(true);
    expect(verb.read({ ...input, amuont: 1 })).toMatchObject({ ok: false, field: 'amuont' });
    for (const odd of [null, undefined, 'x', 1, [], {}, { ...input, payment: { not: '' }, account: ['acct_1'] }]) expect(verb.read(odd).ok).toBe(false);
  });

  test('has a text for its button and for each refusal it knows', () => {
    for (const key of verb.words ? [verb.words.act, verb.words.refusedOther, ...Object.values(verb.words.refused)] : []) expect(en).toHaveProperty([key]);
  });

  test('stores parameters that survive the database', () => {
    const read = verb.read(input);
    if (!read.ok) throw new Error(read.why);
    const params = read.asked.toParams({ charge: 'ch_1', amount: 1_200n, currency: 'eur' });
    expect(JSON.parse(JSON.stringify(params))).toEqual(params);
  });
});

describe('the input of a refund', () => {
  const read = (more: Record<string, unknown>) => {
    const answer = verbs.refund_payment.read({ payment: 'pi_1', ...more });
    return answer.ok ? answer.asked : `${answer.field} ${answer.why}`;
  };

  test.each([
    ['', 'amount not_a_number'],
    ['abc', 'amount not_a_number'],
    ['1.5', 'amount not_a_number'],
    ['1e3', 'amount not_a_number'],
    [1.5, 'amount not_a_number'],
    [{ not: '' }, 'amount not_a_number'],
    ['9999999999999999', 'amount above_left'],
  ])('amount %j is refused as %s', (amount, why) => {
    expect(read({ amount })).toBe(why);
  });

  test('amounts come as text, number or bigint, and a missing one means all', () => {
    for (const amount of ['1200', 1200, 1200n]) expect(read({ amount })).toMatchObject({ amount: 1_200n });
    expect(read({})).toMatchObject({ amount: null });
  });

  test.each([
    [{ reason: 'because' }, 'reason unknown_reason'],
    [{ reason: 'other' }, 'note note_required'],
    [{ reason: 'other', note: '   ' }, 'note note_required'],
    [{ note: 'a\u0000b' }, 'note invalid'],
    [{ note: '\ud800' }, 'note invalid'],
    [{ metadata: { op_id: 'mine' } }, 'metadata invalid'],
    [{ metadata: { a: { b: 1 } } }, 'metadata invalid'],
    [{ payment: 'cus_1' }, 'payment invalid'],
    [{ payment: "pi_1' OR 1=1" }, 'payment invalid'],
  ])('%j is refused as %s', (more, why) => {
    expect(read(more)).toBe(why);
  });

  test('what a person only looked at is no part of the intent', () => {
    const one = read({ amount: 1n, seenLeft: '5' });
    const two = read({ amount: 1n, seenLeft: '6' });
    if (typeof one === 'string' || typeof two === 'string') throw new Error('refused');
    expect(one.hashed).toEqual(two.hashed);
  });

  test('a reason of one’s own goes along as a note, never as Stripe’s reason', () => {
    const asked = read({ amount: 100n, reason: 'other', note: 'Came late' });
    if (typeof asked === 'string') throw new Error(asked);
    expect(asked.toParams({ charge: 'ch_1', amount: 100n, currency: 'eur' })).toEqual({
      charge: 'ch_1',
      amount: '100',
      reason: null,
      metadata: { note: 'Came late' },
    });
  });
});

test('deauthorize happens once per generation, whoever asks with whatever token', () => {
  const read = verbs.deauthorize.read(good.deauthorize);
  if (!read.ok) throw new Error(read.why);
  const ledger = ledgerOfRow({ workspace_id: 'w', account: 'acct_1', livemode: false, generation: 1 });
  expect(read.asked.token(ledger)).toBe('deauthorize acct_1 test 1');
});
