// The migrated database and prisma/schema say the same about every table: names, types, what may be null, keys.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freshDatabase, type FreshDatabase } from '#tests/world.ts';

const folder = join(import.meta.dirname, '../prisma/schema');
const text = readdirSync(folder)
  .map((name) => readFileSync(join(folder, name), 'utf8'))
  .join('\n');
const models = new Map([...text.matchAll(/^model (\w+) \{\n([\s\S]*?)^\}/gm)].map(([, name, body]) => [name!, body!]));
let urls: FreshDatabase;
let owner: pg.Client;

beforeAll(async () => {
  urls = await freshDatabase();
  owner = new pg.Client({ connectionString: urls.ownerUrl });
  await owner.connect();
});
afterAll(async () => {
  await owner?.end();
  await urls?.drop();
});

test('has the same tables; the inbox, which is partitioned, is SQL alone', async () => {
  const { rows } = await owner.query<{ name: string }>(
    `SELECT relname AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition AND relname NOT IN ('_prisma_migrations', 'inbox')`,
  );
  expect(rows.map((row) => row.name).sort()).toEqual([...models.keys()].sort());
});

describe('every table', () => {
  test.each([...models])('%s', async (name, body) => {
    const { rows } = await owner.query<{ column: string; type: string; nullable: boolean }>(
      `SELECT a.attname AS column, format_type(a.atttypid, NULL) AS type, NOT a.attnotnull AS nullable FROM pg_attribute a WHERE a.attrelid = $1::regclass AND a.attnum > 0 AND NOT a.attisdropped`,
      [`public.${name}`],
    );
    expect(rows.map((row) => `${row.column} ${row.type}${row.nullable ? ' null' : ''}`).sort()).toEqual(columnsOf(body).sort());
    const key = await owner.query<{ columns: string[] }>(
      `SELECT array_agg(a.attname::text ORDER BY k.ord) AS columns FROM pg_index i, unnest(i.indkey) WITH ORDINALITY k(num, ord) JOIN pg_attribute a ON a.attnum = k.num WHERE i.indrelid = $1::regclass AND a.attrelid = i.indrelid AND i.indisprimary`,
      [`public.${name}`],
    );
    expect(key.rows[0]?.columns).toEqual(keyOf(body));
  });
});

const sqlTypes: Readonly<Record<string, string>> = {
  String: 'text',
  Boolean: 'boolean',
  Int: 'integer',
  BigInt: 'bigint',
  Float: 'double precision',
  Json: 'jsonb',
  Bytes: 'bytea',
  Uuid: 'uuid',
  Timestamptz: 'timestamp with time zone',
  Citext: 'citext',
};

function columnsOf(body: string): string[] {
  return body.split('\n').flatMap((line) => {
    const match = /^ {2}(\w+)\s+(\w+)(\[\])?(\?)?(.*)$/.exec(line);
    if (!match) return [];
    const [, name, type, list, optional, rest = ''] = match;
    const native = /@db\.(\w+)/.exec(rest)?.[1];
    // A list column may be null in PostgreSQL as Prisma makes it.
    return [`${name} ${sqlTypes[native ?? type!] ?? `unknown ${native ?? type}`}${list ? '[]' : ''}${optional || list ? ' null' : ''}`];
  });
}

function keyOf(body: string): string[] {
  const several = /@@id\(\[([^\]]+)\]/.exec(body)?.[1];
  return several ? several.split(',').map((name) => name.trim()) : [/^ {2}(\w+).*@id\b/m.exec(body)![1]!];
}
