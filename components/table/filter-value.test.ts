import { describe, expect, it } from 'vitest';
import { readFilter, writeFilter } from './filter-value.ts';

const amount = {
  kind: 'amount' as const,
  operators: [
    { value: 'gte', label: '≥' },
    { value: 'between', label: 'between', range: true },
  ],
};
const customer = {
  kind: 'text' as const,
  operators: [
    { value: '', label: 'is' },
    { value: 'has', label: 'has' },
  ],
};

describe('a filter in the address', () => {
  it.each([
    [{ kind: 'choice' as const }, 'succeeded,failed'],
    [{ kind: 'date' as const }, '2026-11-01..2026-11-30'],
    [{ kind: 'date' as const }, '2026-11-01..'],
    [amount, 'gte:10.00'],
    [amount, 'between:10.00..20.00'],
    [customer, 'cus_123'],
    [customer, 'has:a:b'],
  ])('%o comes back from its form as %s', (field, text) => {
    expect(writeFilter(field, readFilter(field, text))).toBe(text);
  });

  it('puts no days into the fields for a preset', () => {
    expect(readFilter({ kind: 'date' }, '30d').values).toEqual([]);
  });

  it('is taken away when its form is emptied', () => {
    expect(writeFilter(amount, { operator: 'gte', values: ['  '] })).toBeNull();
    expect(writeFilter({ kind: 'choice' }, { operator: '', values: [] })).toBeNull();
    expect(writeFilter({ kind: 'date' }, { operator: '', values: ['', ''] })).toBeNull();
  });
});
