// Events of an account, and one event with what became of it at each endpoint.
import type { Made } from '../world/hand.ts';
import { actForm } from './act-forms.ts';
import { type Answer, page } from './answer.ts';
import type { Delivery } from './desk.ts';
import { type Html, html, type Piece } from './html.ts';
import { jsonView } from './json-view.ts';
import { addressOf } from './object-pages.ts';
import { shell, table, when } from './shell.ts';

export function eventRows(account: string, events: readonly Made[]): Piece[][] {
  return events.map((event) => {
    const of = objectOf(event);
    const href = of.id ? addressOf(account, of.id) : null;
    return [
      html`<a href="/a/${account}/events/${event.id}">${String(event.type)}</a>`,
      href ? html`<a class="id" href="${href}">${of.id}</a>` : html`<span class="id">${of.id ?? of.object}</span>`,
      when(Number(event.created)),
      Number(event.pending_webhooks) ? html`<span class="state warn">${String(event.pending_webhooks)}</span>` : '',
    ];
  });
}

export function eventsPage(account: { id: string; name: string }, events: readonly Made[], more: boolean, type: string, bar: Html): Answer {
  const older = new URLSearchParams({ ...(type ? { type } : {}), starting_after: events.at(-1)?.id ?? '' });
  return page(
    200,
    shell({
      title: 'Events',
      bar,
      body: html`<p class="crumbs"><a href="/">Accounts</a> / <a href="/a/${account.id}">${account.name}</a></p>
<div class="head"><h1>Events</h1><form method="get" action="/a/${account.id}/events"><div class="row"><label>Type <input name="type" value="${type}" placeholder="charge.*" autocomplete="off" spellcheck="false"></label><button>Show</button></div></form></div>
${table('Events', ['Event', 'Of', 'Created (UTC)', 'Waiting'], eventRows(account.id, events), type ? `No event matches “${type}”.` : 'None yet.')}
${more ? html`<nav class="pager" aria-label="Pages"><a class="button" href="/a/${account.id}/events?${older.toString()}">Older</a></nav>` : ''}`,
    }),
  );
}

export function eventPage(account: { id: string; name: string }, event: Made, deliveries: readonly Delivery[], note: Html | null, bar: Html): Answer {
  const rows = deliveries.map((one) => [
    html`<span class="id">${one.endpoint}</span>`,
    String(one.attempt),
    when(one.at),
    one.status === null
      ? html`<span class="state ${one.error ? 'bad' : 'warn'}">${one.error ?? 'waiting'}</span>`
      : html`<span class="state ${one.status < 300 ? 'good' : 'bad'}">${one.status}</span>`,
  ]);
  return page(
    200,
    shell({
      title: String(event.type),
      bar,
      body: html`<p class="crumbs"><a href="/">Accounts</a> / <a href="/a/${account.id}">${account.name}</a> / <a href="/a/${account.id}/events">Events</a></p>
<div class="head"><h1>${String(event.type)}</h1>${actForm(account.id, event.id, { act: 'resend', label: 'Send again' })}</div>${note}
<h2>Deliveries</h2>${table('Deliveries', ['Endpoint', 'Try', 'At (UTC)', 'Answer'], rows, 'Never sent: no endpoint listened when it happened.')}
<h2>As it was sent</h2>${jsonView(event, (id) => addressOf(account.id, id))}`,
    }),
  );
}

function objectOf(event: Made): { id?: string; object: string } {
  const { object } = event.data as { object: { id?: string; object: string } }; // every event carries its object
  return object;
}
