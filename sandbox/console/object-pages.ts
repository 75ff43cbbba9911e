// An account's objects: one page per type, one page per object, all read through the sandbox's own routes.
import type { Hand, Made } from '../world/hand.ts';
import { type Answer, goTo, page } from './answer.ts';
import { COLLECTIONS, type Collection, collectionOfId } from './collections.ts';
import { type Html, html } from './html.ts';
import { jsonView } from './json-view.ts';
import { refuse, shell, table } from './shell.ts';

const PER_PAGE = 50;

export function listPage(hand: Hand, account: { id: string; name: string }, collection: Collection, url: URL, bar: Html): Answer {
  const after = url.searchParams.get('starting_after');
  const before = url.searchParams.get('ending_before');
  const cursor = after ? { starting_after: after } : before ? { ending_before: before } : {};
  const reply = hand.get(`/v1/${collection.path}`, { limit: PER_PAGE, ...collection.query, ...cursor });
  const rows = reply.data as Made[]; // the list envelope of the sandbox's own route
  const base = `/a/${account.id}/${collection.path}`;
  const newer = after ? true : Boolean(before && reply.has_more);
  const older = before ? true : Boolean(reply.has_more);
  return page(
    200,
    shell({
      title: collection.title,
      bar,
      body: html`<p class="crumbs"><a href="/">Accounts</a> / <a href="/a/${account.id}">${account.name}</a></p>
<div class="head"><h1>${collection.title}</h1>
<form method="get" action="/a/${account.id}/find" role="search"><div class="row"><label>Id <input name="id" autocomplete="off" spellcheck="false"></label><button>Open</button></div></form></div>
${table(
  collection.title,
  ['Id', ...collection.columns.map(([head]) => head)],
  rows.map((row) => [html`<a class="id" href="${base}/${encodeURIComponent(row.id)}">${row.id}</a>`, ...collection.columns.map(([, cell]) => cell(row))]),
  'None yet.',
)}
<nav class="pager" aria-label="Pages">
${newer ? html`<a class="button" href="${base}?${new URLSearchParams({ ending_before: rows[0]?.id ?? '' }).toString()}">Newer</a>` : ''}
${older ? html`<a class="button" href="${base}?${new URLSearchParams({ starting_after: rows.at(-1)?.id ?? '' }).toString()}">Older</a>` : ''}
</nav>`,
    }),
  );
}

export function objectPage(
  account: { id: string; name: string },
  collection: Collection,
  object: Made,
  acts: Html | null,
  note: Html | null,
  bar: Html,
): Answer {
  return page(
    200,
    shell({
      title: object.id,
      bar,
      body: html`<p class="crumbs"><a href="/">Accounts</a> / <a href="/a/${account.id}">${account.name}</a> / <a href="/a/${account.id}/${collection.path}">${collection.title}</a></p>
<h1 class="id">${object.id}</h1>${note}${acts}
<h2>As the API answers it</h2>
${jsonView(object, (id) => addressOf(account.id, id))}`,
    }),
  );
}

/** Opens whatever an id names, or says that it names nothing here. */
export function findById(account: string, id: string, bar: Html): Answer {
  const href = addressOf(account, id.trim());
  return href ? goTo(href) : refuse(404, `Nothing in this sandbox has ids like “${id}”.`, bar);
}

export function addressOf(account: string, id: string): string | null {
  if (id.startsWith('evt_')) return `/a/${account}/events/${encodeURIComponent(id)}`;
  const collection = collectionOfId(id);
  return collection ? `/a/${account}/${collection.path}/${encodeURIComponent(id)}` : null;
}

export const findCollection = (path: string): Collection | undefined => COLLECTIONS.find((one) => one.path === path);
