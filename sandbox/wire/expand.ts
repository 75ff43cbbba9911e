// `expand[]`: ids become objects, and lists that an answer leaves out come in.
import { type List, Refusal, type StripeObject } from '../core/define.ts';
import type { Ground } from '../core/place.ts';

const MAX_LEVELS = 4;

/** The answer as it leaves: every object shown, and expanded by the paths asked for. */
export function expanded(place: Ground, answer: StripeObject | List, expand: unknown): unknown {
  const paths = Array.isArray(expand) ? expand.map(String) : expand === undefined || expand === '' ? [] : [String(expand)];
  const isList = answer.object === 'list';
  const shown = isList ? { ...answer, data: (answer as List).data.map((one) => place.show(one)) } : place.show(answer as StripeObject);
  if (!paths.length) return shown;
  const copy = structuredClone(shown);
  for (const path of paths) {
    const keys = path.split('.');
    if (keys.length > MAX_LEVELS) {
      throw new Refusal(400, { param: 'expand', message: `You cannot expand more than ${MAX_LEVELS} levels of a property. Property: ${path}` });
    }
    if (!into(place, copy, keys)) throw new Refusal(400, { param: 'expand', message: `This property cannot be expanded (${path}).` });
  }
  return copy;
}

/** Fields that several types have and Stripe expands on each. */
const ON_SEVERAL: Readonly<Record<string, string>> = { discounts: 'discount' };

type Node = Record<string, unknown>;

/** False when nothing of that name can be expanded there. */
function into(place: Ground, value: unknown, keys: readonly string[]): boolean {
  if (!keys.length || value === null || value === undefined) return true;
  if (Array.isArray(value)) return value.every((one) => into(place, one, keys));
  if (typeof value !== 'object') return false;
  const node = value as Node;
  if (node.object === 'list') return keys[0] === 'data' && into(place, node.data, keys.slice(1));
  if (node.deleted === true) return true;
  const type = typeof node.object === 'string' ? place.typeOf(node.object) : undefined;
  if (!type) return false;
  for (let length = 1; length <= keys.length; length++) {
    const path = keys.slice(0, length).join('.');
    const rest = keys.slice(length);
    const include = type.included?.[path];
    if (include) {
      const at = parentOf(node, keys.slice(0, length));
      const last = keys[length - 1] ?? '';
      for (const parent of at) parent[last] ??= shownWhole(place, include(place, node as StripeObject));
      return at.every((parent) => into(place, parent[last], rest));
    }
    const names = type.expandable?.[path] ?? ON_SEVERAL[path];
    if (names) {
      return parentOf(node, keys.slice(0, length)).every((parent) => {
        const last = keys[length - 1] ?? '';
        if (!(last in parent)) return type.expandable?.[path] !== undefined;
        parent[last] = fetched(place, names, parent[last]);
        return into(place, parent[last], rest);
      });
    }
    const found = parentOf(node, keys.slice(0, length)).map((parent) => parent[keys[length - 1] ?? '']);
    const whole = found.filter((one) => isWhole(one));
    if (whole.length && rest.length) return whole.every((one) => into(place, one, rest));
  }
  return false;
}

function parentOf(node: Node, keys: readonly string[]): Node[] {
  let at: unknown[] = [node];
  for (const key of keys.slice(0, -1)) at = at.flatMap((one) => (isNode(one) ? [one[key]].flat() : []));
  return at.flat().filter(isNode);
}

/** `names` may be several types, split by '|': the first that has the id. */
function fetched(place: Ground, names: string, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((one) => fetched(place, names, one));
  if (typeof value !== 'string') return value;
  for (const name of names.split('|')) {
    const found = place.findEver(name, value);
    if (found) return structuredClone(place.show(found));
  }
  return value;
}

function shownWhole(place: Ground, made: List | StripeObject | null): unknown {
  if (!made) return null;
  if (made.object === 'list') return { ...made, data: (made as List).data.map((one) => structuredClone(place.show(one))) };
  return structuredClone(place.show(made as StripeObject));
}

const isNode = (value: unknown): value is Node => value !== null && typeof value === 'object' && !Array.isArray(value);

/** An object of Stripe's own, a list of them, or an array of either. */
const isWhole = (value: unknown): boolean => (Array.isArray(value) ? value.some(isWhole) : isNode(value) && typeof value.object === 'string');
