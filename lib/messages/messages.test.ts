import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { en } from './en.ts';
import { t } from './index.ts';
import { direction, translator } from './translate.ts';

afterEach(() => {
  delete process.env.PSEUDO_LOCALE;
});

describe('messages', () => {
  it('puts named parameters into their places', () => {
    expect(t('refund.title', { amount: '320.00 EUR' })).toBe('Refund 320.00 EUR payment');
  });

  it('chooses the plural form by count and groups the figure', () => {
    expect(t('tables.showNew', { count: 1 })).toBe('Show 1 new row');
    expect(t('tables.showNew', { count: 1200 })).toBe('Show 1,200 new rows');
  });

  it('keeps nodes whole inside a sentence', () => {
    const node = { type: 'a' };
    expect(translator({ a: 'from {event}, now' } as const).rich('a', { event: node as never })).toEqual(['from ', node, ', now']);
  });

  it('runs longer and from the right in the pseudo-locale, and leaves parameters alone', () => {
    process.env.PSEUDO_LOCALE = '1';
    const said = t('refund.max', { amount: '240.00' });
    expect(said).toContain('240.00');
    expect(said).not.toContain('max');
    expect(direction()).toBe('rtl');
  });

  it('holds no key twice: every area starts its keys with its own name', async () => {
    const files = readdirSync(join(import.meta.dirname, 'en'));
    const modules = await Promise.all(files.map(async (file) => [file, (await import(`./en/${file}`)) as Record<string, object>] as const));
    const keys = modules.flatMap(([file, module]) => {
      const area = file.replace('.ts', '');
      const own = Object.keys(Object.values(module)[0] ?? {});
      expect(
        own.filter((key) => !key.startsWith(`${area}.`)),
        area,
      ).toEqual([]);
      return own;
    });
    expect(Object.keys(en).sort()).toEqual(keys.sort());
  });

  it('never leaves a brace open', () => {
    for (const message of Object.values(en)) {
      for (const form of typeof message === 'string' ? [message] : Object.values(message)) {
        expect(form.replace(/\{\w+\}/g, '')).not.toMatch(/[{}]/);
      }
    }
  });
});
