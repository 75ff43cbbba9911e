// A guard's patch: a header of `key: value` lines that says what must turn red, and under it the unified diff that takes the guard away.
import { readdirSync, readFileSync } from 'node:fs';
import { basename, resolve } from 'node:path';

export type Patch = {
  /** The file's name without its ending: what `npm run test:guards -- <name>` asks for. */
  readonly name: string;
  readonly guard: string;
  /** The invariant it stands for, in a sentence. */
  readonly holds: string;
  readonly test: string;
  /** The test's full name, its suites before it, parted by ` > `. */
  readonly says: string;
  /** A part of the test's own line whose assertion must fail; where either of two may, both parted by ` | `. */
  readonly redAt: string;
  /** A second guard that covers the same fault and is off as well, so that this test sees this one alone. */
  readonly alsoOff: string | null;
  /** `build`: the test looks at a built app, and the patched sources are built for it. `long`: more than a push should wait for. */
  readonly needs: 'build' | 'long' | null;
  readonly file: string;
  readonly touches: readonly string[];
};

const keys = { guard: true, holds: true, test: true, says: true, 'red at': true, 'also off': false, needs: false } as const;

/** Every patch of a folder, by name. Throws with one line per fault of a header. */
export function readPatches(folder: string): Patch[] {
  const patches = readdirSync(folder)
    .filter((file) => file.endsWith('.patch'))
    .sort()
    .map((file) => readPatch(resolve(folder, file)));
  const faults = patches.flatMap((patch) => (typeof patch === 'string' ? [patch] : []));
  if (faults.length > 0) throw new Error(faults.join('\n'));
  return patches.filter((patch) => typeof patch !== 'string');
}

function readPatch(file: string): Patch | string {
  const text = readFileSync(file, 'utf8');
  const name = basename(file, '.patch');
  const [head = ''] = text.split(/^(?=diff --git )/m);
  const said = new Map(head.split('\n').flatMap((line) => (/^([a-z ]+): (.+)$/.exec(line)?.slice(1, 3) ? [keyed(line)] : [])));
  const missing = Object.entries(keys).flatMap(([key, must]) => (must && !said.has(key) ? [key] : []));
  const unknown = [...said.keys()].filter((key) => !Object.hasOwn(keys, key));
  const touches = [...text.matchAll(/^\+\+\+ b\/(.+)$/gm)].map((match) => match[1]!);
  const needs = said.get('needs') ?? null;
  if (missing.length > 0) return `${name}: its header does not say ${missing.join(', ')}`;
  if (unknown.length > 0) return `${name}: nothing reads ${unknown.join(', ')} in its header`;
  if (touches.length === 0) return `${name}: it holds no diff`;
  if (needs !== null && needs !== 'build' && needs !== 'long') return `${name}: it needs “${needs}”: build or long`;
  return {
    name,
    guard: said.get('guard')!,
    holds: said.get('holds')!,
    test: said.get('test')!,
    says: said.get('says')!,
    redAt: said.get('red at')!,
    alsoOff: said.get('also off') ?? null,
    needs,
    file,
    touches,
  };
}

function keyed(line: string): [string, string] {
  const at = line.indexOf(': ');
  return [line.slice(0, at), line.slice(at + 2).trim()];
}
