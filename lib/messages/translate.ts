// Turns typed message keys into text: named parameters, plurals by Intl.PluralRules, and a pseudo-locale for tests.
// A client component imports this file and one area of en/, so that no other copy reaches the browser.
import type { ReactNode } from 'react';
import { pseudo } from './pseudo.ts';

type Plural = { readonly [rule in Intl.LDMLPluralRule]?: string } & { readonly other: string };
export type Catalogue = Readonly<Record<string, string | Plural>>;

type Named<S> = S extends `${string}{${infer Name}}${infer Rest}` ? Name | Named<Rest> : never;
type Forms<M> = M extends string ? M : M extends Plural ? M[keyof M] : never;
type Names<M> = Named<Forms<M>> | (M extends string ? never : 'count');
type Given<M, Value> = { [Name in Names<M>]: Name extends 'count' ? (M extends string ? Value : number) : Value };
type Rest<M, Value> = [Names<M>] extends [never] ? [] : [params: Given<M, Value>];

/** `t(key, params)` gives text; `t.rich(key, params)` gives nodes, so that a link or a badge can stand inside a sentence. */
export function translator<C extends Catalogue>(catalogue: C) {
  function t<K extends keyof C & string>(key: K, ...rest: Rest<C[K], string | number>): string {
    return pieces(catalogue, key, rest[0]).join('');
  }
  t.rich = <K extends keyof C & string>(key: K, ...rest: Rest<C[K], ReactNode>): ReactNode[] => pieces(catalogue, key, rest[0]);
  return t;
}

export const PSEUDO = 'en-XA';

/** The language of the interface: one per server process, and on the client what the document says. */
export function language(): string {
  if (typeof document !== 'undefined') return document.documentElement.lang || 'en';
  return process.env.PSEUDO_LOCALE === '1' ? PSEUDO : 'en';
}

export function direction(lang = language()): 'ltr' | 'rtl' {
  return lang === PSEUDO || /^(ar|fa|he|ur)\b/.test(lang) ? 'rtl' : 'ltr';
}

function pieces<V>(catalogue: Catalogue, key: string, params: Readonly<Record<string, V>> | undefined): (string | V)[] {
  const message = catalogue[key];
  if (message === undefined) throw new Error(`No message under the key ${key}`);
  const lang = language();
  const text = typeof message === 'string' ? message : (message[rule(lang, params?.count)] ?? message.other);
  const parts = text.split(/\{(\w+)\}/);
  return parts.map((part, at) => (at % 2 === 0 ? plain(part, lang) : shown(params?.[part], lang, part)));
}

function plain(part: string, lang: string): string {
  return lang === PSEUDO ? pseudo(part) : part;
}

function shown<V>(value: V | undefined, lang: string, name: string): string | V {
  if (value === undefined) return `{${name}}`;
  return typeof value === 'number' ? value.toLocaleString(lang === PSEUDO ? 'en' : lang) : value;
}

function rule(lang: string, count: unknown): Intl.LDMLPluralRule {
  return new Intl.PluralRules(lang === PSEUDO ? 'en' : lang).select(Number(count));
}
