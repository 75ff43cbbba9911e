import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AppError } from '../errors.ts';
import { parseApiQuery } from './api-query.ts';
import { entries, entryOf } from './index.ts';

const parse = (text: string, type = 'charge') => parseApiQuery(new URLSearchParams(text), entryOf(type));

function refusalOf(text: string, type = 'charge'): { param: string | undefined; code: string | undefined; status: number } {
  try {
    parse(text, type);
  } catch (error) {
    if (error instanceof AppError) return { param: error.param, code: error.detail['code'], status: error.status };
    throw error;
  }
  throw new Error(`${text} was not refused`);
}

describe('Stripe’s list parameters', () => {
  test('are all optional: ten, newest first', () => {
    expect(parse('')).toEqual({ limit: 10, cursor: null, created: [], filters: [], deleted: null });
  });

  test('read as Stripe reads them', () => {
    expect(parse('limit=100&starting_after=ch_1&created[gte]=1700000000&created[lt]=1800000000&customer=cus_1&captured=true')).toEqual({
      limit: 100,
      cursor: { id: 'ch_1', param: 'starting_after' },
      created: [
        { bound: 'gte', seconds: 1700000000 },
        { bound: 'lt', seconds: 1800000000 },
      ],
      filters: [
        { column: 'customer', value: 'cus_1' },
        { column: 'captured', value: true },
      ],
      deleted: null,
    });
    expect(parse('created=1700000000&deleted=false')).toMatchObject({ created: [{ bound: 'eq', seconds: 1700000000 }], deleted: false });
  });

  test('know a method’s type by Stripe’s word, and that status=all leaves nothing out', () => {
    expect(parse('type=card', 'payment_method').filters).toEqual([{ column: 'kind', value: 'card' }]);
    expect(parse('status=all', 'subscription').filters).toEqual([]);
    expect(parse('status=canceled', 'subscription').filters).toEqual([{ column: 'status', value: 'canceled' }]);
  });

  test.each([
    ['limit=0', 'limit', 'parameter_invalid_integer'],
    ['limit=101', 'limit', 'parameter_invalid_integer'],
    ['limit=-1', 'limit', 'parameter_invalid_integer'],
    ['limit=1e2', 'limit', 'parameter_invalid_integer'],
    ['limit=', 'limit', 'parameter_invalid_empty'],
    ['created[gte]=yesterday', 'created[gte]', 'parameter_invalid_integer'],
    ['created[near]=1', 'created[near]', 'parameter_unknown'],
    ['created[gte]=999999999999', 'created[gte]', 'parameter_invalid_integer'],
    ['amount=100', 'amount', 'parameter_unknown'],
    ['kind=card', 'kind', 'parameter_unknown'],
    ['expand[]=customer', 'expand[]', 'parameter_unknown'],
    ['__proto__=x', '__proto__', 'parameter_unknown'],
    ['constructor=x', 'constructor', 'parameter_unknown'],
    ['workspace_id=1', 'workspace_id', 'parameter_unknown'],
    ['customer=a&customer=b', 'customer', undefined],
    ['customer[not]=', 'customer[not]', 'parameter_invalid_empty'],
    ['customer[not]=x', 'customer[not]', 'parameter_unknown'],
    ['customer=a%00b', 'customer', undefined],
    [`customer=${'x'.repeat(501)}`, 'customer', undefined],
    ['captured=1', 'captured', undefined],
    ['deleted=yes', 'deleted', undefined],
    ['starting_after=a&ending_before=b', 'ending_before', undefined],
  ])('refuse %s by name', (text, param, code) => {
    expect(refusalOf(text)).toEqual({ param, code, status: 400 });
  });

  // A filter that slipped through as text of a statement, or a column that is not the entry's, would show here.
  test('give only columns of the entry and bounded values, whatever is sent', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...entries),
        fc.array(fc.tuple(fc.oneof(fc.string(), fc.constantFrom('limit', 'status', 'created[gt]', 'customer')), fc.string())),
        (entry, pairs) => {
          try {
            const query = parseApiQuery(new URLSearchParams(pairs), entry);
            expect(query.limit).toBeGreaterThan(0);
            for (const { column, value } of query.filters) {
              expect(Object.keys(entry.columns)).toContain(column);
              expect(String(value)).not.toContain('\u0000');
            }
          } catch (error) {
            if (!(error instanceof AppError)) throw error;
            expect(error.status).toBe(400);
          }
        },
      ),
    );
  });
});
