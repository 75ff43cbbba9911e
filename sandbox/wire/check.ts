// Checks decoded parameters against the schema of their route and gives them its types, in Stripe's wording where it is known.
import { readFileSync } from 'node:fs';
import { type Params, Refusal } from '../core/define.ts';
import { plain, type Tree } from './decode.ts';

type Schema = {
  $ref?: string;
  anyOf?: Schema[];
  type?: string;
  format?: string;
  enum?: (string | boolean)[];
  'x-known'?: string[];
  'x-emptyable'?: boolean;
  minimum?: number;
  maximum?: number;
  items?: Schema;
  properties?: Record<string, Schema>;
  additionalProperties?: Schema | false;
  required?: string[];
};
type Document = { definitions: Record<string, Schema>; endpoints: Record<string, Schema> };
type Fault = { param: string; message: string; code?: string };
type Checked = { value: unknown; faults: Fault[] };

const document = JSON.parse(readFileSync(new URL('../schema/params.json', import.meta.url), 'utf8')) as Document; // made from the SDK's declarations, beside this code
/** Names in braces differ between the declarations and the routes here; their places do not. */
const byShape = new Map(Object.entries(document.endpoints).map(([endpoint, schema]) => [shapeOf(endpoint), schema]));

/** Typed parameters of `endpoint` ('POST /v1/refunds'), or the first fault as Stripe's refusal. Routes no schema knows take what comes, as text. */
export function checkParams(endpoint: string, tree: Tree): Params {
  const schema = byShape.get(shapeOf(endpoint));
  if (!schema) return plain(tree) as Params; // a tree's root is a hash
  const { value, faults } = object(target(schema), tree, '');
  const fault = faults[0];
  if (fault) throw new Refusal(400, fault);
  return value as Params;
}

function shapeOf(endpoint: string): string {
  return endpoint.replace(/\{[^}]*\}/g, '{}');
}

function check(given: Schema, value: Tree | string, at: string): Checked {
  const schema = target(given);
  if (schema.anyOf) return any(schema, value, at);
  if (schema.type === 'object') return object(schema, value, at);
  if (schema.type === 'array') return array(schema, value, at);
  return schema.type ? scalar(schema, value, at) : ok(plain(value));
}

function scalar(schema: Schema, value: Tree | string, at: string): Checked {
  const type = schema.type ?? 'string';
  if (typeof value !== 'string')
    return fail(at, `Invalid ${type}: ${at} must not be a hash or an array`, type === 'integer' ? 'parameter_invalid_integer' : undefined);
  const listed: readonly (string | boolean)[] | undefined = schema.enum ?? schema['x-known'];
  if (value === '') {
    const allowed = schema['x-emptyable'] || (listed ? listed.includes('') : type === 'string' && !schema.format);
    return allowed ? ok('') : empty(at);
  }
  if (type === 'string') {
    if (schema.format === 'decimal' && !isNumber(value)) return fail(at, `Invalid decimal: ${clip(value)}`);
    if (!listed || listed.includes(value)) return ok(value);
    return fail(at, `Invalid ${at}: must be ${listed.length > 1 ? 'one of ' : ''}${listWords(listed.filter(Boolean).map(String))}`);
  }
  if (type === 'boolean') {
    const bad = !['true', 'false'].includes(value) || (schema.enum && !schema.enum.includes(value === 'true'));
    return bad ? fail(at, `Invalid boolean: ${clip(value)}`) : ok(value === 'true');
  }
  const number = Number(value);
  const isInteger = type === 'integer';
  if (isInteger ? !/^-?\d+$/.test(value) || !Number.isSafeInteger(number) : !isNumber(value)) {
    return fail(at, `Invalid ${type}: ${clip(value)}`, isInteger ? 'parameter_invalid_integer' : undefined);
  }
  if (schema.minimum !== undefined && number < schema.minimum)
    return fail(at, `This value must be greater than or equal to ${schema.minimum}.`, 'parameter_invalid_integer');
  if (schema.maximum !== undefined && number > schema.maximum)
    return fail(at, `This value must be less than or equal to ${schema.maximum}.`, 'parameter_invalid_integer');
  return ok(number);
}

function array(schema: Schema, value: Tree | string, at: string): Checked {
  if (value === '') return empty(at);
  if (typeof value === 'string' || ![...value.keys()].every((key) => /^\d+$/.test(key))) return fail(at, 'Invalid array');
  const items = [...value].sort(([a], [b]) => Number(a) - Number(b)).map(([i, one]) => check(schema.items ?? {}, one, `${at}[${i}]`));
  return { value: items.map((one) => one.value), faults: items.flatMap((one) => one.faults) };
}

function object(schema: Schema, value: Tree | string, at: string): Checked {
  if (value === '') return empty(at);
  if (typeof value === 'string') return fail(at, 'Invalid object');
  const name = (key: string): string => (at ? `${at}[${key}]` : key);
  const made: Record<string, unknown> = Object.create(null) as Record<string, unknown>; // '__proto__' is a name like any other
  const faults: Fault[] = [];
  for (const [key, one] of value) {
    const known = schema.properties && Object.hasOwn(schema.properties, key) ? schema.properties[key] : schema.additionalProperties;
    if (!known) {
      faults.push({ param: name(key), message: `Received unknown parameter: ${name(key)}`, code: 'parameter_unknown' });
      continue;
    }
    const checked = check(known, one, name(key));
    made[key] = checked.value;
    faults.push(...checked.faults);
  }
  for (const key of schema.required ?? []) {
    if (!value.has(key)) faults.push({ param: name(key), message: `Missing required param: ${name(key)}.`, code: 'parameter_missing' });
  }
  return { value: made, faults };
}

/** The first alternative that fits; else the complaint of the one whose kind the value has. */
function any(schema: Schema, value: Tree | string, at: string): Checked {
  const tried = (schema.anyOf ?? []).map((alternative) => ({ schema: target(alternative), checked: check(alternative, value, at) }));
  const fit = tried.find(({ checked }) => !checked.faults.length);
  if (fit) return fit.checked;
  const meant = tried.filter(({ schema }) => !schema.enum?.every((one) => one === '')); // the '' of an emptyable is no help here
  const sameKind = meant.filter(({ schema }) => (schema.type === 'object' || schema.type === 'array') === value instanceof Map);
  const pool = sameKind.length ? sameKind : meant;
  return pool.reduce((best, one) => (one.checked.faults.length <= best.checked.faults.length ? one : best), pool[0] ?? { checked: empty(at) }).checked;
}

function target(schema: Schema): Schema {
  let found = schema;
  while (found.$ref) found = document.definitions[found.$ref.slice('#/definitions/'.length)] ?? {};
  return found;
}

const ok = (value: unknown): Checked => ({ value, faults: [] });
const fail = (param: string, message: string, code?: string): Checked => ({ value: undefined, faults: [{ param, message, ...(code ? { code } : {}) }] });
const empty = (at: string): Checked =>
  fail(
    at,
    `You passed an empty string for '${at}'. We assume empty values are an attempt to unset a parameter; however '${at}' cannot be unset. You should remove '${at}' from your request or supply a non-empty value.`,
    'parameter_invalid_empty',
  );
const isNumber = (text: string): boolean => /^-?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text);
const clip = (text: string): string => (text.length > 60 ? `${text.slice(0, 57)}...` : text);

function listWords(values: readonly string[]): string {
  const shown = values.length > 20 ? [...values.slice(0, 19), `${values.length - 19} others`] : values;
  if (shown.length < 3) return shown.join(' or ');
  return `${shown.slice(0, -1).join(', ')}, or ${shown.at(-1)}`;
}
