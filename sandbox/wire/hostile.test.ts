// Any parameters on any route: an answer or a clear refusal, never a 500, and never an object that Stripe's schema would not know.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { schemaFaults, trialCore } from '../billing/trial-run.ts';
import { NOBODY } from '../core/core.ts';
import { Refusal } from '../core/define.ts';
import { addEventRoutes } from '../objects/event.ts';
import { TYPES } from '../objects/index.ts';
import { buildWorld } from '../world/build.ts';
import { type Random, randomOf } from '../world/random.ts';
import { checkParams } from './check.ts';
import { decodeForm } from './decode.ts';
import { perform } from './perform.ts';

type Schema = {
  $ref?: string;
  anyOf?: Schema[];
  type?: string;
  format?: string;
  enum?: unknown[];
  'x-known'?: string[];
  items?: Schema;
  properties?: Record<string, Schema>;
  additionalProperties?: unknown;
  required?: string[];
};
const document = JSON.parse(readFileSync(new URL('../schema/params.json', import.meta.url), 'utf8')) as {
  definitions: Record<string, Schema>;
  endpoints: Record<string, Schema>;
}; // made for the sandbox, beside this test
const shapeOf = (endpoint: string): string => endpoint.replace(/\{[^}]*\}/g, '{}');
const schemas = new Map(Object.entries(document.endpoints).map(([endpoint, schema]) => [shapeOf(endpoint), schema]));
const ODD = ['', 'null', '-1', '0', '99999999999999', 'x'.repeat(300), '\u0000', '😀', '[]', '1e400', 'acct_x', '__proto__'];
const ROUNDS = 40;
const seed = Number(process.env.SEED ?? Date.now() % 1_000_000);

test(`no parameters break a route or leave something invalid (seed ${seed})`, async () => {
  const random = randomOf(seed);
  const core = trialCore();
  addEventRoutes(core, () => {});
  const { account } = await buildWorld(core, { name: 'harbor', seed, readers: 4, months: 14 });
  const ids = new Map<string, string[]>();
  for (const row of core.store.rows('SELECT type, id FROM object')) ids.set(String(row.type), [...(ids.get(String(row.type)) ?? []), String(row.id)]);
  const all = [...ids.values()].flat();
  const answered = new Map<number, number>();
  for (let round = 0; round < ROUNDS; round++) {
    for (const endpoint of core.registry.endpoints()) {
      const [method = '', path = ''] = endpoint.split(' ');
      const type = TYPES.find(({ collection }) => collection === path.split('/')[2])?.object ?? '';
      const found = core.registry.match(
        method,
        path.replace(/\{[^}]*\}/g, () => random.pick(random.chance(0.9) ? (ids.get(type) ?? all) : [...all, 'x'])),
      );
      const form = formOf(random, schemas.get(shapeOf(endpoint)), ids, all);
      try {
        const params = checkParams(endpoint, decodeForm(form));
        const reply = found ? perform(core, { account, livemode: false, found, params, cause: NOBODY }) : { status: 404, body: {} };
        answered.set(reply.status, (answered.get(reply.status) ?? 0) + 1);
        expect({ endpoint, form, status: reply.status }).not.toMatchObject({ status: 500 });
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
      }
    }
  }
  expect(Math.min(answered.get(200) ?? 0, answered.get(400) ?? 0)).toBeGreaterThan(100);
  expect(schemaFaults(core)).toEqual([]);
  core.store.close();
}, 120_000);

function formOf(random: Random, schema: Schema | undefined, ids: ReadonlyMap<string, string[]>, all: readonly string[]): string {
  const pairs: string[] = [];
  if (schema) fill(schema, '', '', 0);
  return pairs.join('&');

  function fill(given: Schema, name: string, at: string, depth: number): void {
    const one = target(given);
    if (one.anyOf) fill(random.pick(one.anyOf), name, at, depth);
    else if (one.type === 'object') {
      for (const [key, inner] of Object.entries(one.properties ?? {}))
        if (depth < 5 && (one.required?.includes(key) || random.chance(0.25))) fill(inner, key, at ? `${at}[${key}]` : key, depth + 1);
      if (one.additionalProperties && random.chance(0.5)) add(`${at}[k]`, 'v');
    } else if (one.type === 'array') for (let i = random.int(0, 2); i > 0; i--) fill(one.items ?? {}, name, `${at}[${i - 1}]`, depth + 1);
    else add(at, random.chance(0.04) ? random.pick(ODD) : leaf(one, name));
  }

  function leaf(one: Schema, name: string): string {
    const known = one.enum ?? one['x-known'];
    if (known?.length) return String(random.pick(known));
    if (one.type === 'boolean') return random.pick(['true', 'false']);
    if (one.type === 'integer') return String(random.pick([0, 1, 5, 100, 2000, 1_790_000_000, 1_795_600_000, random.int(0, 1_000_000)]));
    if (one.type === 'number' || one.format === 'decimal') return '12.5';
    if (name === 'currency') return random.pick(['usd', 'eur', 'jpy', 'kwd']);
    const fitting = ids.get(name) ?? ids.get(name.replace(/^default_/, ''));
    return fitting && random.chance(0.9)
      ? random.pick(fitting)
      : random.pick(['abc', 'pm_card_visa', 'tok_visa', 'data.customer', 'a@b.example', random.pick(all)]);
  }

  function add(name: string, value: string): void {
    pairs.push(`${encodeURIComponent(name)}=${encodeURIComponent(value)}`);
  }
}

function target(schema: Schema): Schema {
  let found = schema;
  while (found.$ref) found = document.definitions[found.$ref.slice('#/definitions/'.length)] ?? {};
  return found;
}
