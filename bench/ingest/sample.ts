// Full objects in the pinned version's shape, made from the published schema of each type: every field Stripe requires is there.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export type Schema = {
  readonly type?: string;
  readonly const?: unknown;
  readonly $ref?: string;
  readonly anyOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly 'x-known'?: readonly string[];
};

/** The sandbox's schema file, by the name of the type. */
export const definitions = (
  JSON.parse(readFileSync(join(import.meta.dirname, '../../sandbox/schema/objects.json'), 'utf8')) as { definitions: Readonly<Record<string, Schema>> }
).definitions; // a committed file, held to its form by its own test

export function sample(type: string): Record<string, unknown> {
  return valueOf(definitions[type] ?? {}, '', 0) as Record<string, unknown>; // every definition of a type is an object
}

/** Optional parts are filled near the top, as in a busy account, and null further down. */
const DEEPEST = 3;

function valueOf(schema: Schema, name: string, depth: number): unknown {
  if (schema.const !== undefined) return schema.const;
  if (schema.$ref) return valueOf(definitions[schema.$ref.slice('#/definitions/'.length)] ?? {}, name, depth);
  if (schema.anyOf) return choice(schema.anyOf, name, depth);
  switch (schema.type) {
    case 'string':
      return schema['x-known']?.[0] ?? textOf(name);
    case 'number':
      return name.endsWith('at') || name === 'created' || name.startsWith('period_') ? 1_790_000_000 : 1900;
    case 'boolean':
      return false;
    case 'array':
      return [];
    case 'object':
      return Object.fromEntries((schema.required ?? []).map((field) => [field, valueOf(schema.properties?.[field] ?? {}, field, depth + 1)]));
    default:
      return null;
  }
}

/** An id rather than what it stands for; nothing where nothing may stand and the object is already deep or would end a life. */
function choice(schemas: readonly Schema[], name: string, depth: number): unknown {
  const text = schemas.find((schema) => schema.type === 'string');
  const nothing = schemas.some((schema) => schema.type === 'null');
  if (nothing && (text ? schemas.length > 2 : depth >= DEEPEST || /_at$|deleted/.test(name))) return null;
  return valueOf(text ?? schemas.find((schema) => schema.type !== 'null') ?? {}, name, depth);
}

function textOf(name: string): string {
  if (name === 'currency') return 'usd';
  if (name === 'email') return 'ada.byron@example.com';
  if (name === 'url' || name.endsWith('_url')) return 'https://pay.stripe.example/invoice/acct_1/test_YWNjdF8xTkdKbkZIbXZK';
  return `${name || 'a'} as it stands`;
}
