// Writes app/tokens.css from tokens.json, the one place where colours live: `node components/ui/tokens-css.ts > app/tokens.css`.
import { readFileSync } from 'node:fs';

type Theme = Readonly<Record<string, string>>;
export const tokens = JSON.parse(readFileSync(new URL('./tokens.json', import.meta.url), 'utf8')) as { light: Theme; dark: Theme };

// Shadows and the veil behind dialogs are mixed from tokens; black is the dark theme's only colour that is no token.
// Mixed in srgb: towards `transparent`, oklch would turn the hue.
const light = [
  '--button-shadow: 0 1px 2px color-mix(in srgb, var(--fg) 6%, transparent)',
  '--popup-shadow: 0 12px 32px -8px color-mix(in srgb, var(--fg) 22%, transparent), 0 0 0 1px var(--line)',
  '--veil: color-mix(in srgb, var(--fg) 45%, transparent)',
];
const dark = [
  '--button-shadow: 0 1px 2px color-mix(in srgb, black 30%, transparent)',
  '--popup-shadow: 0 12px 32px -8px color-mix(in srgb, black 60%, transparent), 0 0 0 1px var(--line-strong)',
  '--veil: color-mix(in srgb, black 60%, transparent)',
];

export function tokensCss(): string {
  return [
    '/* Made from components/ui/tokens.json by components/ui/tokens-css.ts. */',
    rule(':root', 'light', tokens.light, light),
    rule('[data-theme="dark"]', 'dark', tokens.dark, dark),
    `@media (prefers-color-scheme: dark) {\n${rule('[data-theme="system"]', 'dark', tokens.dark, dark)}}\n`,
    `@theme inline {\n  --color-*: initial;\n${Object.keys(tokens.light)
      .map((name) => `  --color-${name}: var(--${name});\n`)
      .join('')}}\n`,
  ].join('\n');
}

function rule(selector: string, scheme: string, theme: Theme, mixed: readonly string[]): string {
  const lines = [`color-scheme: ${scheme}`, ...Object.entries(theme).map(([name, value]) => `--${name}: ${value}`), ...mixed];
  return `${selector} {\n${lines.map((line) => `  ${line};\n`).join('')}}\n`;
}

if (process.argv[1] === new URL(import.meta.url).pathname) process.stdout.write(tokensCss());
