// The import table: which room may lean on which. A new room fails here until it is named.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import { describe, expect, test } from 'vitest';

const root = join(import.meta.dirname, '..');
let cached: string[] | undefined;
const texts = new Map<string, string>();

/** Platform files from the lowest up: each may import those before it. */
const platform = [
  'env',
  'errors',
  'log',
  'clock',
  'money',
  'seal',
  'ledger',
  'merchant',
  'db',
  'deployment',
  'stripe',
  'audit',
  'boot-check',
  'boot',
  'href',
  'prisma',
].map((name) => `lib/${name}.ts`);

const everything = ['lib', 'components', 'app', 'prisma', 'processes', 'sandbox', 'scripts', 'tests', 'e2e', 'bench'];

/** Room → rooms it may import, besides itself and packages. The longest matching prefix is a file's room. */
const table: Readonly<Record<string, readonly string[]>> = {
  'lib/catalogue': ['lib/errors.ts'],
  'lib/messages': [],
  'lib/operations': ['lib/catalogue', 'lib/errors.ts', 'lib/money.ts', 'lib/ledger.ts', 'lib/merchant.ts', 'lib/messages'],
  'lib/publish.ts': ['lib/notify', 'platform'],
  'lib/read': ['lib/catalogue', 'lib/operations', 'lib/messages', 'platform'],
  'lib/mirror': ['lib/catalogue', 'lib/publish.ts', 'lib/access', 'platform'],
  'lib/access': ['platform', 'prisma', 'lib/messages', 'lib/notify'],
  'lib/perform': ['lib/operations', 'lib/catalogue', 'lib/read', 'lib/mirror', 'lib/access', 'lib/notify', 'lib/messages', 'lib/publish.ts', 'platform'],
  'lib/inbox': ['lib/catalogue', 'lib/mirror', 'lib/connection', 'lib/access', 'lib/publish.ts', 'platform'],
  'lib/connection': ['lib/catalogue', 'lib/perform', 'lib/mirror', 'lib/read', 'lib/access', 'lib/notify', 'lib/publish.ts', 'platform'],
  'lib/notify': ['lib/catalogue', 'lib/read', 'lib/messages', 'platform'],
  processes: ['lib/inbox', 'lib/mirror', 'lib/perform', 'lib/connection', 'lib/notify', 'lib/access', 'lib/publish.ts', 'platform'],
  'components/ui': ['lib/messages'],
  components: ['components/ui', 'lib/money.ts', 'lib/messages', 'lib/catalogue', 'lib/operations'],
  app: ['lib', 'components'],
  'proxy.ts': ['lib'],
  'instrumentation.ts': ['lib'],
  prisma: ['lib', 'sandbox'],
  sandbox: [],
  scripts: everything,
  tests: everything,
  e2e: everything,
  bench: everything,
};

const importing = sourceFiles().flatMap((file) => importsOf(file).map((target) => ({ file, target })));

describe('the import table', () => {
  test('every source file stands in a room of the table', () => {
    expect(sourceFiles().filter((file) => roomOf(file) === null)).toEqual([]);
  });

  test('no room imports what the table does not grant', () => {
    const broken = importing.filter(({ file, target }) => !isTest(file) && !mayImport(file, target)).map(({ file, target }) => `${file} → ${target}`);
    expect(broken).toEqual([]);
  });

  test('nobody imports app, scripts, tests, e2e or bench from outside', () => {
    const outside = importing.filter(
      ({ file, target }) =>
        /^(app|e2e|bench|tests)\//.test(target) && top(file) !== top(target) && !isTest(file) && !['scripts', 'tests', 'e2e', 'bench'].includes(top(file)),
    );
    expect(outside).toEqual([]);
  });

  test('there are no circles', () => {
    expect(findCircle()).toBeNull();
  });
});

describe('the two makers', () => {
  test('only lib/access makes a Ledger or a Merchant', () => {
    const makers = sourceFiles().filter(
      (file) =>
        !isTest(file) &&
        !file.startsWith('lib/access/') &&
        /\bmake(Ledger|Merchant)\b/.test(read(file)) &&
        !['lib/ledger.ts', 'lib/merchant.ts'].includes(file),
    );
    expect(makers).toEqual([]);
  });

  test('nobody casts to one', () => {
    const casts = sourceFiles().filter(
      (file) => /\bas (unknown as )?(Ledger|Merchant)\b/.test(read(file)) && !['lib/ledger.ts', 'lib/merchant.ts', 'lib/architecture.test.ts'].includes(file),
    );
    expect(casts).toEqual([]);
  });

  test('only mirror/write.ts writes mirrored rows', () => {
    const writers = sourceFiles().filter(
      (file) =>
        /^(lib|app|processes|prisma)\//.test(file) &&
        !isTest(file) &&
        file !== 'lib/mirror/write.ts' &&
        !file.startsWith('lib/mirror/write/') &&
        mirroredTables().some((name) => new RegExp(`(INSERT INTO|UPDATE|DELETE FROM)\\s+"?${name}"?\\b`, 'i').test(read(file))),
    );
    expect(writers).toEqual([]);
  });

  test('app and components know no sandbox', () => {
    expect(importing.filter(({ file, target }) => /^(app|components|lib)\//.test(file) && !isTest(file) && target.startsWith('sandbox/'))).toEqual([]);
  });
});

function mayImport(file: string, target: string): boolean {
  if (platform.includes(file)) return platform.indexOf(target) >= 0 && platform.indexOf(target) < platform.indexOf(file);
  const from = roomOf(file);
  const to = roomOf(target);
  if (from === null || to === null) return false;
  if (from === to) return true;
  return table[from]!.some((grant) => (grant === 'platform' ? platform.includes(target) : target === grant || target.startsWith(`${grant}/`)));
}

function roomOf(file: string): string | null {
  if (platform.includes(file)) return 'platform';
  const match = Object.keys(table)
    .filter((room) => file === room || file.startsWith(`${room}/`))
    .sort((a, b) => b.length - a.length)[0];
  if (match) return match;
  return /^[a-z.-]+\.(test|config)\.ts$/.test(file) || file === 'lib/architecture.test.ts' || /^lib\/[a-z-]+\.test\.ts$/.test(file) ? 'tests' : null;
}

function findCircle(): string[] | null {
  const edges = new Map<string, string[]>();
  for (const { file, target } of importing) edges.set(file, [...(edges.get(file) ?? []), target]);
  const state = new Map<string, 'open' | 'done'>();
  const visit = (file: string, path: string[]): string[] | null => {
    if (state.get(file) === 'done') return null;
    if (state.get(file) === 'open') return [...path.slice(path.indexOf(file)), file];
    state.set(file, 'open');
    for (const next of edges.get(file) ?? []) {
      const circle = visit(next, [...path, file]);
      if (circle) return circle;
    }
    state.set(file, 'done');
    return null;
  };
  for (const file of edges.keys()) {
    const circle = visit(file, []);
    if (circle) return circle;
  }
  return null;
}

function importsOf(file: string): string[] {
  // Type imports count too: knowledge is knowledge.
  const found = [...read(file).matchAll(/(?:from|import)\s*\(?\s*['"]([#.][^'"]+)['"]/g)].map((match) => match[1]!);
  return found
    .map((name) => (name.startsWith('#') ? name.slice(1) : relative(root, normalize(join(root, dirname(file), name)))))
    .filter((name) => /\.(ts|tsx)$/.test(name) && !name.startsWith('prisma/generated'));
}

function sourceFiles(): string[] {
  return (cached ??= walk('.').filter((file) => /\.(ts|tsx)$/.test(file) && !file.endsWith('.d.ts')));
}

function walk(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((item) => {
    const path = folder === '.' ? item.name : `${folder}/${item.name}`;
    if (item.isDirectory())
      return item.name.startsWith('.') || ['node_modules', 'generated', 'test-results', 'playwright-report'].includes(item.name) ? [] : walk(path);
    return [path];
  });
}

function read(file: string): string {
  const known = texts.get(file) ?? readFileSync(join(root, file), 'utf8');
  texts.set(file, known);
  return known;
}

function mirroredTables(): string[] {
  return [...read('prisma/schema/mirror.prisma').matchAll(/^model (\w+)/gm)].map((match) => match[1]!).concat('payments');
}

function isTest(file: string): boolean {
  return /\.(test|spec)\.tsx?$/.test(file);
}

function top(file: string): string {
  return file.split('/')[0]!;
}
