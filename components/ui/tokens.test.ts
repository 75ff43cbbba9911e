// Recomputes the contrast rules of the design from the colours themselves, and keeps the stylesheet equal to them.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { contrast } from './contrast.ts';
import { tokens, tokensCss } from './tokens-css.ts';

const root = join(import.meta.dirname, '../..');
const grounds = ['bg', 'surface', 'sunken', 'hover', 'selected'];
const texts = ['fg', 'fg-2', 'fg-3', 'accent', 'neg-fg'];
const tones = ['pos', 'info', 'warn', 'neg', 'neu', 'dis'];
const themes = Object.entries(tokens);

describe.each(themes)('the %s theme', (name, theme) => {
  const ratio = (a: string, b: string) => contrast(theme[a]!, theme[b]!);

  it.each(texts.flatMap((text) => grounds.map((ground) => [text, ground] as const)))('text %s reads on %s', (text, ground) => {
    expect(ratio(text, ground)).toBeGreaterThanOrEqual(4.5);
  });

  it.each(tones)('badge %s reads on its ground, and its dot is seen', (tone) => {
    expect(ratio(`${tone}-fg`, `${tone}-bg`)).toBeGreaterThanOrEqual(4.5);
    if (!(name === 'light' && tone === 'warn')) expect(ratio(`${tone}-dot`, `${tone}-bg`)).toBeGreaterThanOrEqual(3);
  });

  it.each([
    ['accent-fg', 'accent'],
    ['accent-fg', 'accent-hover'],
    ['danger-fg', 'danger'],
    ['danger-fg', 'danger-hover'],
    ['test-fg', 'test-bg'],
    ['bg', 'fg-2'],
  ] as const)('%s reads on %s', (text, ground) => {
    expect(ratio(text, ground)).toBeGreaterThanOrEqual(4.5);
  });

  it.each(['ring', 'c1', 'c2', 'c3', 'c4', 'c5'].flatMap((edge) => ['bg', 'surface'].map((ground) => [edge, ground] as const)))(
    '%s is seen on %s',
    (edge, ground) => {
      expect(ratio(edge, ground)).toBeGreaterThanOrEqual(3);
    },
  );

  it.each(grounds)('a control edge is seen on %s', (ground) => {
    const short = name === 'dark' && ground === 'selected';
    expect(ratio('control', ground)).toBeGreaterThanOrEqual(short ? 2.85 : 3);
  });
});

describe('the three pairs that fall short stay known', () => {
  it('light warn-dot never stands without its word', () => {
    expect(contrast(tokens.light['warn-dot']!, tokens.light['warn-bg']!)).toBeCloseTo(2.7, 1);
  });

  it('dark danger is no text on selected: neg-fg is', () => {
    expect(contrast(tokens.dark.danger!, tokens.dark.selected!)).toBeLessThan(4.5);
    expect(contrast(tokens.dark['neg-fg']!, tokens.dark.selected!)).toBeGreaterThanOrEqual(4.5);
  });
});

describe('colours', () => {
  it('are the same 44 names in both themes', () => {
    expect(Object.keys(tokens.dark)).toEqual(Object.keys(tokens.light));
    expect(Object.keys(tokens.light)).toHaveLength(44);
  });

  it('stand in the stylesheet as in tokens.json', () => {
    expect(readFileSync(join(root, 'app/tokens.css'), 'utf8')).toBe(tokensCss());
  });

  it('are named nowhere else: components and pages use tokens only', () => {
    const raw =
      /#[0-9a-f]{3,8}\b(?!\w)|\b(?:rgba?|hsla?|oklch|oklab|lab|lch)\(|\b(?:text|bg|border|fill|stroke)-(?:white|black|(?:red|green|blue|gray|slate|zinc|amber|yellow|orange|purple|pink|indigo|teal|cyan|sky|lime|emerald|rose|stone|neutral|violet|fuchsia)-\d+)\b/i;
    const found = sources().filter((file) =>
      raw.test(
        readFileSync(join(root, file), 'utf8')
          .replace(/#(?:lib|components|app|scripts|prisma)\//g, '')
          .replace(/href="#|`#\$/g, ''),
      ),
    );
    expect(found).toEqual([]);
  });
});

function sources(): string[] {
  const files = ['components', 'app'].flatMap((room) => readdirSync(join(root, room), { recursive: true, encoding: 'utf8' }).map((file) => `${room}/${file}`));
  return files.filter((file) => /\.(tsx|css)$/.test(file) && file !== 'app/tokens.css');
}
