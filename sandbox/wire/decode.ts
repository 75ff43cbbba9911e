// Form text into a tree, in every way Stripe's clients write it: a[b]=, arr[0]=, arr[]=, items[][price]=, in any order.
import { Refusal } from '../core/define.ts';

export type Tree = Map<string, Tree | string>;

const MAX_DEPTH = 24;
const MAX_PAIRS = 5000;

export function decodeForm(...texts: readonly string[]): Tree {
  const pairs = texts.flatMap(pairsOf);
  if (pairs.length > MAX_PAIRS) throw new Refusal(400, { message: 'Too many parameters were sent.' });
  const tree: Tree = new Map();
  for (const [name, value] of pairs) put(tree, name, value);
  return tree;
}

/** The tree as plain data, every leaf a string. */
export function plain(value: Tree | string): unknown {
  if (typeof value === 'string') return value;
  const keys = [...value.keys()];
  if (keys.length && keys.every((key, i) => key === String(i))) return [...value.values()].map(plain);
  const made: Record<string, unknown> = Object.create(null) as Record<string, unknown>; // '__proto__' is a name like any other
  for (const [key, one] of value) made[key] = plain(one);
  return made;
}

function put(tree: Tree, name: string, value: string): void {
  const keys = segments(name);
  if (keys.length > MAX_DEPTH) throw new Refusal(400, { param: name.slice(0, 80), message: 'Parameter nested too deeply' });
  let node = tree;
  keys.forEach((given, i) => {
    const rest = keys.slice(i + 1);
    const key = given === '' && i > 0 ? indexFor(node, rest) : given;
    const there = node.get(key);
    const clash = there !== undefined && (rest.length ? typeof there === 'string' : typeof there !== 'string');
    if (clash) throw new Refusal(400, { param: name, message: `Parameter ${name} is given both as a value and as a hash` });
    if (!rest.length) {
      node.set(key, value);
      return;
    }
    if (there === undefined) node.set(key, new Map());
    node = node.get(key) as Tree; // set in the line above, or a tree by the check before
  });
}

function pairsOf(text: string): [string, string][] {
  return text
    .split('&')
    .filter(Boolean)
    .map((pair) => {
      const at = pair.indexOf('=');
      return at < 0 ? [unescaped(pair), ''] : [unescaped(pair.slice(0, at)), unescaped(pair.slice(at + 1))];
    });
}

function unescaped(text: string): string {
  const spaced = text.replaceAll('+', ' ');
  try {
    return decodeURIComponent(spaced);
  } catch {
    throw new Refusal(400, { message: 'Invalid request: a parameter is not properly percent-encoded UTF-8.' });
  }
}

/** 'a[b][]' → ['a', 'b', '']; '' asks for the next index; a name with stray brackets stays whole. */
function segments(name: string): string[] {
  const match = /^([^[\]]+)((?:\[[^[\]]*\])*)$/.exec(name);
  return match ? [match[1] ?? '', ...Array.from((match[2] ?? '').matchAll(/\[([^[\]]*)\]/g), (bracket) => bracket[1] ?? '')] : [name];
}

/** Rack's rule for a[]: a new element, unless the last one still lacks the name that follows. */
function indexFor(list: Tree, rest: readonly string[]): string {
  const last = list.size - 1;
  if (!rest.length || last < 0) return String(list.size);
  let node: Tree | string | undefined = list.get(String(last));
  for (const key of rest) {
    if (!(node instanceof Map)) break;
    if (key === '' || !node.has(key)) return String(last);
    node = node.get(key);
  }
  return String(list.size);
}
