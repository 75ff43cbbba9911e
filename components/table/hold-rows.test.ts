import { describe, expect, it } from 'vitest';
import { countNew, inPlace } from './hold-rows.ts';

const row = (id: string, text = id) => ({ id, text });

describe('rows that are held', () => {
  const shown = [row('b'), row('c'), row('d')];

  it('stay in their places while new ones are counted', () => {
    const rows = [row('a'), row('b'), row('c')];
    expect(inPlace(shown, rows).map(({ id }) => id)).toEqual(['b', 'c', 'd']);
    expect(countNew(shown, rows)).toBe(1);
  });

  it('take their newest form', () => {
    expect(inPlace(shown, [row('b'), row('c', 'changed')])[1]?.text).toBe('changed');
  });
});
