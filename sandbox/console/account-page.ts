// One account: what it holds, a payment to make in it, its access, its latest events.
import type { Made } from '../world/hand.ts';
import { type Answer, page } from './answer.ts';
import { CARDS } from './cards.ts';
import { COLLECTIONS } from './collections.ts';
import type { ConsentAccount } from './consent-pages.ts';
import { COUNTRIES } from './consent-pages.ts';
import { eventRows } from './event-pages.ts';
import { type Html, html } from './html.ts';
import { facts, shell, table, when } from './shell.ts';

type Shown = {
  account: ConsentAccount;
  connected: boolean;
  counts: Readonly<Record<string, number>>;
  events: readonly Made[];
  note: Html | null;
  bar: Html;
  customer: string;
};

export function accountPage({ account, connected, counts, events, note, bar, customer }: Shown): Answer {
  return page(
    200,
    shell({
      title: account.name,
      bar,
      body: html`<p class="crumbs"><a href="/">Accounts</a></p><h1>${account.name}</h1>${note}
<div class="cols">
<section class="sheet"><h2>Account</h2>
${facts([
  ['Id', html`<span class="id">${account.id}</span>`],
  ['E-mail', account.email],
  ['Country', Object.entries(COUNTRIES).find(([code]) => code === account.country)?.[1] ?? account.country],
  ['Since', when(account.created)],
  ['Access', connected ? html`<span class="state good">an application is connected</span>` : html`<span class="state">nobody is connected</span>`],
])}
${connected ? html`<form method="post" action="/a/${account.id}/act/revoke"><button class="stop">Revoke the app’s access</button><p class="hint">As the merchant would in the dashboard: the app is told by event, and its next call is refused.</p></form>` : ''}
</section>
<section class="sheet"><h2>Objects</h2><ul class="tags">${COLLECTIONS.map(({ path, title }) => html`<li><a href="/a/${account.id}/${path}">${title}</a> <span class="soft">${counts[path] ?? 0}</span></li>`)}</ul>
<form method="get" action="/a/${account.id}/find" role="search"><div class="row"><label>Open by id <input name="id" autocomplete="off" spellcheck="false"></label><button>Open</button></div></form></section>
<section class="sheet"><h2>Pay as a customer</h2>
<form method="post" action="/a/${account.id}/act/new-payment">
<div class="row"><label>Amount <input name="amount" inputmode="decimal" value="12.00" required autocomplete="off"></label><label>Currency <input name="currency" value="USD" required maxlength="3" autocomplete="off"></label></div>
<label>Card <select name="card">${CARDS.map(([token, label]) => html`<option value="${token}">${label}</option>`)}</select></label>
<label>Customer <span class="hint">id, or empty for a guest</span><input name="customer" value="${customer}" autocomplete="off" spellcheck="false"></label>
<label>Description <input name="description" autocomplete="off"></label>
<label><input type="checkbox" name="hold" value="yes">Only hold the amount, to be captured later</label>
<button class="key">Pay</button>
</form></section>
</div>
<h2>Latest events</h2>
${table('Latest events', ['Event', 'Of', 'Created (UTC)', 'Waiting'], eventRows(account.id, events), 'None yet.')}
<p><a href="/a/${account.id}/events">All events</a></p>`,
    }),
  );
}
