import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppError } from '../errors.ts';
import { type Cursor, decodeCursor, encodeCursor, type Grammar, type ListQuery, parseQuery, sizes, writeQuery } from './query.ts';

const grammar: Grammar = {
  tabs: ['all', 'failed'],
  filters: {
    status: { kind: 'choice', options: ['succeeded', 'failed', 'refunded'] },
    customer: { kind: 'text' },
    created: { kind: 'date' },
    amount: { kind: 'amount' },
  },
  sorts: { created: 'time', amount: 'integer' },
  sort: { field: 'created', descending: true },
  search: true,
};

describe('a list in the address', () => {
  it('is everything, newest first, where nothing is said', () => {
    expect(parse('')).toEqual({ tab: null, filters: [], search: null, sort: { field: 'created', descending: true }, cursor: null, size: 50 });
  });

  it('passes over what it does not know, and over what is empty', () => {
    expect(parse('utm=1&status=&amount=&refund&tab=all')).toEqual(parse(''));
  });

  it.each([
    ['status=succeeded,failed', 'in', ['succeeded', 'failed']],
    ['status=failed,failed,', 'in', ['failed']],
    ['customer=cus_1', 'is', ['cus_1']],
    ['created=2026-11-01..2026-11-30', 'range', ['2026-11-01', '2026-11-30']],
    ['created=2026-11-01..', 'range', ['2026-11-01', '']],
    ['created=..2026-11-30', 'range', ['', '2026-11-30']],
    ['created=2026-11-01', 'range', ['2026-11-01', '2026-11-01']],
    ['created=30d', 'last', ['30']],
    ['amount=gte:10.00', 'gte', ['10.00']],
    ['amount=lte:1,250.00', 'lte', ['1250.00']],
    ['amount=10', 'eq', ['10']],
    ['amount=10.00+EUR', 'eq', ['10.00', 'eur']],
    ['amount=between:10..20jpy', 'between', ['10', '20', 'jpy']],
  ])('%s', (text, operator, values) => {
    expect(parse(text).filters).toEqual([{ field: text.split('=')[0], operator, values }]);
  });

  it.each([
    ['tab', 'tab=nonsense'],
    ['tab', 'tab=__proto__'],
    ['sort', 'sort=-customer'],
    ['sort', 'sort=constructor'],
    ['size', 'size=51'],
    ['size', 'size=50.0'],
    ['status', 'status=paid'],
    ['status', 'status=failed&status=succeeded'],
    ['created', 'created=2026-02-30..2026-03-01'],
    ['created', 'created=2026-11-30..2026-11-01'],
    ['created', 'created=yesterday'],
    ['created', 'created=0d'],
    ['created', 'created=9999-12-31'],
    ['created', 'created=..'],
    ['created', 'created=2026-01-01..2026-01-02..2026-01-03'],
    ['amount', 'amount=-5'],
    ['amount', 'amount=gte:'],
    ['amount', 'amount=between:10'],
    ['amount', 'amount=10.0000'],
    ['amount', 'amount=NaN'],
    ['amount', 'amount=1e3'],
    ['amount', `amount=${'9'.repeat(16)}`],
    ['customer', `customer=${'a'.repeat(201)}`],
    ['customer', 'customer=a%00b'],
    ['q', 'q=%00'],
    ['cursor', 'cursor=not+one'],
    ['cursor', `cursor=${btoa('[["x"],"pi_1",1,0,0]')}`],
    ['cursor', `cursor=${encodeCursor({ values: ['1000'], id: 'pi_1', ordinal: 51, backwards: false })}`],
    ['cursor', `cursor=${encodeCursor({ values: ['2026-02-30T00:00:00.000000Z'], id: 'pi_1', ordinal: 51, backwards: false })}`],
    ['cursor', `sort=amount&cursor=${encodeCursor({ values: ['2026-02-03T00:00:00.000000Z'], id: 'pi_1', ordinal: 51, backwards: false })}`],
  ])('refuses a bad %s by name: %s', (param, text) => {
    const refusal = refusalOf(() => parse(text));
    expect(refusal).toMatchObject({ status: 400, code: param === 'cursor' ? 'bad_cursor' : 'bad_filter', param });
  });
});

describe('the two ways', () => {
  it('agree: whatever is written reads as the same query', () => {
    fc.assert(
      fc.property(queries, (query) => {
        expect(parseQuery(writeQuery(query, grammar), grammar)).toEqual(query);
      }),
    );
  });

  it('never answer hostile input with anything but a query or a refusal', () => {
    const values = fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.constantFrom('gte:', '..', ',', '%00', '-', '9'.repeat(400)));
    const names = fc.constantFrom('tab', 'status', 'customer', 'created', 'amount', 'q', 'sort', 'cursor', 'size', '__proto__', '');
    fc.assert(
      fc.property(fc.array(fc.tuple(names, values), { maxLength: 6 }), (pairs) => {
        const params = new URLSearchParams(pairs);
        const refusal = refusalOf(() => expect(parseQuery(writeQuery(parseQuery(params, grammar), grammar), grammar)).toBeTruthy());
        expect(refusal === null || (refusal instanceof AppError && refusal.status === 400)).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('a cursor', () => {
  it('comes back as it was', () => {
    fc.assert(
      fc.property(cursors, fc.string(), (cursor, view) => {
        expect(decodeCursor(encodeCursor(cursor, view), view)).toEqual(cursor);
      }),
    );
  });

  it('holds in another view, where its ordinal is not known', () => {
    const cursor = { values: ['2026-11-22T16:02:00.000000Z'], id: 'pi_1', ordinal: 51, backwards: false };
    const address = writeQuery({ ...parse('status=failed'), cursor }, grammar);
    expect(parseQuery(address, grammar).cursor).toEqual(cursor);
    address.delete('status');
    expect(parseQuery(address, grammar).cursor).toEqual({ ...cursor, ordinal: 0 });
  });

  it('is refused when any byte of it is another, or read as one that this list could have given', () => {
    const text = encodeCursor({ values: ['2026-11-22T16:02:00.000000Z'], id: 'pi_1', ordinal: 51, backwards: false });
    fc.assert(
      fc.property(fc.nat(text.length - 1), fc.constantFrom(...'AZaz09-_=+/'), (at, sign) => {
        const refusal = refusalOf(() => decodeCursor(text.slice(0, at) + sign + text.slice(at + 1)));
        expect(refusal === null || (refusal instanceof AppError && refusal.code === 'bad_cursor')).toBe(true);
      }),
    );
  });
});

const plain = fc
  .string({ minLength: 1, maxLength: 40, unit: 'grapheme' })
  .map((text) => text.replace(/\p{Cc}/gu, '').trim())
  .filter((text) => text.length > 0 && text.length <= 200);
const day = fc.date({ min: new Date('1990-01-01'), max: new Date('2100-01-01'), noInvalidDate: true }).map((date) => date.toISOString().slice(0, 10));
const time = fc.date({ min: new Date('1990-01-01'), max: new Date('2100-01-01'), noInvalidDate: true }).map((date) => `${date.toISOString().slice(0, 23)}042Z`);
const decimal = fc.tuple(fc.nat(), fc.constantFrom('', '.5', '.00', '.125')).map(([whole, rest]) => `${whole}${rest}`);
const currency = fc.constantFrom([], ['eur'], ['jpy']);
const cursors: fc.Arbitrary<Cursor> = fc.record({
  values: fc.array(fc.option(plain), { maxLength: 4 }),
  id: plain,
  ordinal: fc.nat(),
  backwards: fc.boolean(),
});

const queries: fc.Arbitrary<ListQuery> = fc
  .record({
    tab: fc.constantFrom(null, 'failed'),
    status: fc.option(fc.uniqueArray(fc.constantFrom('succeeded', 'failed', 'refunded'), { minLength: 1 })),
    customer: fc.option(plain),
    created: fc.option(
      fc.oneof(
        fc.tuple(day, day).map(([a, b]) => ({ operator: 'range', values: a < b ? [a, b] : [b, a] })),
        fc.nat(9998).map((days) => ({ operator: 'last', values: [String(days + 1)] })),
      ),
    ),
    amount: fc.option(
      fc.oneof(
        fc.tuple(fc.constantFrom('eq', 'gte', 'lte'), decimal, currency).map(([operator, value, code]) => ({ operator, values: [value, ...code] })),
        fc.tuple(decimal, decimal, currency).map(([from, to, code]) => ({ operator: 'between', values: [from, to, ...code] })),
      ),
    ),
    search: fc.option(plain),
    sort: fc.record({ field: fc.constantFrom('created', 'amount'), descending: fc.boolean() }),
    at: fc.option(fc.tuple(time, fc.bigInt(0n, 10n ** 15n), plain, fc.nat(), fc.boolean())),
    size: fc.constantFrom(...sizes),
  })
  .map(({ status, customer, created, amount, at, ...query }) => ({
    ...query,
    filters: [
      ...(status ? [{ field: 'status', operator: 'in', values: status }] : []),
      ...(customer ? [{ field: 'customer', operator: 'is', values: [customer] }] : []),
      ...(created ? [{ field: 'created', ...created }] : []),
      ...(amount ? [{ field: 'amount', ...amount }] : []),
    ],
    cursor: at && { values: [query.sort.field === 'created' ? at[0] : String(at[1])], id: at[2], ordinal: at[3], backwards: at[4] },
  }));

function parse(text: string): ListQuery {
  return parseQuery(new URLSearchParams(text), grammar);
}

function refusalOf(work: () => unknown): unknown {
  try {
    work();
    return null;
  } catch (error) {
    return error;
  }
}
