// Reads from Stripe for the mirror: one GET each, its evidence measured, lists inside a reply paged to their end. Never called inside a transaction.
import { stopwatch } from '../clock.ts';
import type { Entry, StripeObject } from '../catalogue/define.ts';
import { findEntry } from '../catalogue/index.ts';
import type { Ledger } from '../ledger.ts';
import { stripeAs, type Purpose } from '../stripe.ts';
import { throughBreaker, type Pass } from './breaker.ts';
import { evidenceOfReply, type Evidence } from './evidence.ts';
import { tempo } from './tempo.ts';
import { isList, isObject, listKey, type Rest } from './unfold.ts';

export type Answer = { readonly body: Record<string, unknown>; readonly evidence: Evidence };

/** How the caller's calls are paced and made: before each one it waits for its token. */
export type Caller = {
  readonly ledger: Ledger;
  readonly purpose: Exclude<Purpose, 'operation'>;
  /** Throws NotNow when the call may not be made any more (no token, breaker open, lease nearly over, shutting down). Null: the call is nobody's background. */
  readonly before: (path: string) => Promise<Pass | null>;
};

export type Query = Readonly<Record<string, string | number | boolean | null | readonly string[] | Readonly<Record<string, number>>>>;

type Replied = Record<string, unknown> & { lastResponse?: { headers: Record<string, string | undefined>; statusCode?: number } };

export async function get(caller: Caller, path: string, query: Query = {}, kind: 'fetch' | 'page' = 'fetch'): Promise<Answer> {
  const pass = await caller.before(path);
  const elapsed = stopwatch();
  const call = (): Promise<Replied> =>
    stripeAs(caller.ledger, caller.purpose).rawRequest('GET', withQuery(path, query), undefined, pass ? { timeout: tempo().callTimeout } : {});
  const body = pass ? await throughBreaker(caller.ledger, pass, call) : await call();
  const reply = body.lastResponse;
  // The SDK takes a 4xx without an `error` member for success (FACTS §9).
  if (!reply || (reply.statusCode ?? 200) >= 300) throw new Error(`Stripe answered ${reply?.statusCode ?? 'nothing readable'} to ${path}.`);
  return { body, evidence: evidenceOfReply(reply, elapsed(), kind) };
}

export type Got = { readonly object: StripeObject; readonly evidence: Evidence; readonly rest: Rest };

export async function getObject(caller: Caller, entry: Entry, id: string): Promise<Got> {
  if (!entry.path) throw new Error(`${entry.type} is read through its parent.`);
  const { body, evidence } = await get(caller, entry.path(id), { expand: entry.expand });
  if (!isObject(body) || body.id !== id || body.object !== entry.type) throw new Error(`Stripe answered something else than ${entry.type} ${id}.`);
  return { object: body, evidence, rest: await restOf(caller, body) };
}

export type GotPage = { readonly objects: readonly StripeObject[]; readonly hasMore: boolean; readonly evidence: Evidence };

/** One page of a list, newest first. Rows that are not objects of the type are an answer we cannot read. */
export async function getPage(caller: Caller, entry: Entry, query: Query, kind: 'fetch' | 'page' = 'page'): Promise<GotPage> {
  const { body, evidence } = await get(caller, `/v1/${entry.collection}`, { limit: 100, ...query }, kind);
  if (!isList(body) || !body.data.every((row) => isObject(row) && row.object === entry.type))
    throw new Error(`Stripe answered no list of ${entry.collection}.`);
  return { objects: body.data as StripeObject[], hasMore: body.has_more === true && body.data.length > 0, evidence };
}

/** `expand` of one object, said for the rows of a list. */
export function expandRows(entry: Entry): string[] {
  return entry.expand.map((path) => `data.${path}`);
}

/** The later pages of every list inside an object whose rows are mirrored. */
export async function restOf(caller: Caller, object: StripeObject): Promise<Rest> {
  const rest = new Map<string, readonly StripeObject[]>();
  await complete(object);
  return rest;

  async function complete(whole: StripeObject): Promise<void> {
    const entry = findEntry(whole.object);
    if (!entry) return;
    for (const field of new Set([...Object.keys(entry.children), ...entry.expand.map((path) => path.split('.')[0]!)])) {
      const inner = whole[field];
      if (isObject(inner)) await complete(inner);
      if (!isList(inner)) continue;
      for (const row of inner.data) if (isObject(row)) await complete(row);
      if (inner.has_more === true && entry.children[field] && typeof inner.url === 'string') rest.set(listKey(whole.id, field), await pagesAfter(inner));
    }
  }

  async function pagesAfter(list: { readonly data: readonly unknown[]; readonly url?: unknown }): Promise<StripeObject[]> {
    const found: StripeObject[] = [];
    let last = list.data.filter(isObject).at(-1)?.id;
    for (let pages = 0; last !== undefined; pages += 1) {
      if (pages === MOST_PAGES) throw new Error(`The list ${String(list.url)} has more than ${MOST_PAGES} pages.`);
      const { body } = await get(caller, String(list.url), { limit: 100, starting_after: last });
      if (!isList(body)) throw new Error(`Stripe answered no list at ${String(list.url)}.`);
      const rows = body.data.filter(isObject);
      found.push(...rows);
      last = body.has_more === true ? rows.at(-1)?.id : undefined;
    }
    return found;
  }
}

const MOST_PAGES = 200;

function withQuery(path: string, query: Query): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value === null) continue;
    if (Array.isArray(value)) for (const [index, part] of value.entries()) params.append(`${name}[${index}]`, String(part));
    else if (typeof value === 'object') for (const [part, inner] of Object.entries(value)) params.append(`${name}[${part}]`, String(inner));
    else params.append(name, String(value));
  }
  const text = params.toString();
  return text === '' ? path : `${path}${path.includes('?') ? '&' : '?'}${text}`;
}
