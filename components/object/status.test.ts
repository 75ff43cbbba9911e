import { describe, expect, it, vi } from 'vitest';
import { status as words } from '#lib/messages/en/status.ts';
import { lookOf, looks, type StatusObject } from './status.ts';

const pairs = (Object.keys(looks) as StatusObject[]).flatMap((object) => Object.keys(looks[object]).map((word) => [object, word] as const));

describe('status badges', () => {
  it.each(pairs)('%s %s has its word', (object, word) => {
    const { key } = lookOf(object, word);
    expect(key && words[key]).toBeTruthy();
  });

  it('have no word without a look', () => {
    const keys = pairs.map(([object, word]) => `status.${object}.${word}`);
    expect(Object.keys(words).filter((key) => key !== 'status.unknown' && !keys.includes(key))).toEqual([]);
  });

  it('show a word Stripe adds tomorrow as neutral, and log it once', () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    expect(lookOf('payment', 'half_done')).toMatchObject({ tone: 'neu', key: null });
    lookOf('payment', 'half_done');
    expect(lookOf('payment', 'constructor').key).toBeNull();
    expect(warn).toHaveBeenCalledTimes(2);
    warn.mockRestore();
  });
});
