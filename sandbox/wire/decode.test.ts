import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Refusal } from '../core/define.ts';
import { checkParams } from './check.ts';
import { decodeForm, plain } from './decode.ts';

type Value = string | Value[] | { [name: string]: Value };

const name = fc.stringMatching(/^[a-z_]{1,8}$/).filter((one) => !/^\d+$/.test(one));
const text = fc.string({ unit: 'grapheme', maxLength: 12 });
const { value } = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    text,
    fc.array(text, { minLength: 1, maxLength: 4 }),
    fc.array(fc.dictionary(name, text, { minKeys: 1, maxKeys: 3 }), { minLength: 1, maxLength: 3 }),
    fc.dictionary(name, tie('value'), { minKeys: 1, maxKeys: 3 }),
  ),
}));
const params = fc.dictionary(name, value, { maxKeys: 5 });

/** As the SDK writes it: indexed arrays; brackets raw or escaped. */
function encoded(given: Value, prefix: string, escape: (name: string) => string): string[] {
  if (typeof given === 'string') return [`${escape(prefix)}=${encodeURIComponent(given)}`];
  const entries: [string, Value][] = Array.isArray(given) ? given.map((one, i) => [String(i), one]) : Object.entries(given);
  return entries.flatMap(([key, one]) => encoded(one, prefix ? `${prefix}[${key}]` : key, escape));
}

test('whatever a client encodes comes back as it was, brackets raw or escaped, in any order of names', () => {
  fc.assert(
    fc.property(params, fc.boolean(), (given, raw) => {
      const pairs = encoded(given, '', raw ? (one) => one : encodeURIComponent);
      expect(JSON.parse(JSON.stringify(plain(decodeForm(pairs.join('&')))))).toEqual(given);
      const shuffled = plain(decodeForm([...pairs].reverse().join('&'))) as object;
      expect(Object.keys(shuffled).sort()).toEqual(Object.keys(given).sort());
    }),
  );
});

test.each([
  ['a[]=1&a[]=2', { a: ['1', '2'] }],
  ['items[][price]=p1&items[][quantity]=2&items[][price]=p2', { items: [{ price: 'p1', quantity: '2' }, { price: 'p2' }] }],
  ['a=1+2%20%2B', { a: '1 2 +' }],
  ['a[b][c]=1&a%5Bb%5D%5Bd%5D=2', { a: { b: { c: '1', d: '2' } } }],
  ['a', { a: '' }],
])('%s', (form, expected) => {
  expect(JSON.parse(JSON.stringify(plain(decodeForm(form))))).toEqual(expected);
});

test('no text at all makes the decoder break in another way than by refusing', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 200 }), (form) => {
      try {
        decodeForm(form);
      } catch (error) {
        expect(error).toBeInstanceOf(Refusal);
      }
    }),
  );
});

test('__proto__ is a name like any other', () => {
  decodeForm('__proto__[polluted]=1');
  expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  expect(() => checkParams('POST /v1/customers', decodeForm('__proto__[polluted]=1'))).toThrow('Received unknown parameter: __proto__');
});

test('values get the types their route declares', () => {
  const checked = checkParams('POST /v1/payment_intents', decodeForm('amount=100&currency=usd&confirm=true&metadata[a]=1&expand[]=customer'));
  expect(checked).toEqual({ amount: 100, currency: 'usd', confirm: true, metadata: { a: '1' }, expand: ['customer'] });
});
