// A Stripe that knows one thing: the final state of every object of a load. It answers GETs by id and pages of a list, so that confirmations find the truth.
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { entries } from '#lib/catalogue/index.ts';
import { sample } from './sample.ts';
import type { Final } from './load.ts';
import type { Made } from './shapes.ts';

export type StandIn = { readonly url: string; readonly calls: () => number; know: (truth: ReadonlyMap<string, Final>) => void; close: () => void };

export async function startStandIn(): Promise<StandIn> {
  const known = new Map<string, Final>();
  const lists = new Map<string, Made[]>();
  let calls = 0;
  const server = createServer((request, response) => {
    calls += 1;
    const url = new URL(request.url ?? '/', 'http://stripe');
    const account = String(request.headers['stripe-account'] ?? '');
    const [, , collection = '', id] = url.pathname.split('/');
    const entry = entries.find((one) => one.collection === collection);
    if (!entry) return answer(response, 404, missing(collection));
    if (id === undefined) return answer(response, 200, pageOf(entry.type, account, url.searchParams, url.pathname));
    const found = known.get(`${account} ${id}`);
    if (found?.deleted) {
      if (entry.type === 'customer') return answer(response, 200, { id, object: 'customer', deleted: true });
      return answer(response, 404, missing(id));
    }
    // What the load only names exists as well: a neighbour with nothing to say.
    return answer(response, 200, found?.object ?? { ...sample(entry.type), id, object: entry.type, created: 1_790_000_000, livemode: false });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, // a TCP port has such an address
    calls: () => calls,
    know: (truth) => {
      for (const [key, final] of truth) {
        known.set(key, final);
        const name = `${final.account} ${final.object.object}`;
        lists.set(name, [...(lists.get(name) ?? []), final.object]);
      }
      for (const objects of lists.values()) objects.sort((a, b) => Number(b['created']) - Number(a['created']));
    },
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };

  /** Lists under a parent are empty; lists of all are the truth, newest first. */
  function pageOf(type: string, account: string, query: URLSearchParams, path: string): Record<string, unknown> {
    const filters = [...query.keys()].filter((name) => !/^(limit|expand|created|status|starting_after|active)/.test(name));
    const before = Number(query.get('created[lte]') ?? Infinity);
    const all =
      filters.length > 0
        ? []
        : (lists.get(`${account} ${type}`) ?? []).filter((object) => Number(object['created']) <= before && !known.get(`${account} ${object.id}`)?.deleted);
    const after = query.get('starting_after');
    const from = after === null ? 0 : all.findIndex((object) => object.id === after) + 1;
    const data = all.slice(from, from + Number(query.get('limit') ?? 10));
    return { object: 'list', data, has_more: from + data.length < all.length, url: path };
  }
}

function missing(id: string): Record<string, unknown> {
  return { error: { type: 'invalid_request_error', code: 'resource_missing', message: `No such object: '${id}'` } };
}

function answer(response: ServerResponse, status: number, body: Record<string, unknown>): void {
  response.writeHead(status, { 'content-type': 'application/json', 'request-id': 'req_bench' }).end(JSON.stringify(body));
}
