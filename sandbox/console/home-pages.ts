// The console's own pages: accounts, clock, faults, beliefs.
import { type Answer, page } from './answer.ts';
import { COUNTRIES } from './consent-pages.ts';
import type { ConsoleDesk } from './desk.ts';
import { type Html, html } from './html.ts';
import { shell, table, when } from './shell.ts';

export function homePage(desk: ConsoleDesk, note: Html | null, bar: Html): Answer {
  const rows = desk
    .accounts()
    .map((account) => [
      html`<a href="/a/${account.id}"><span class="name">${account.name}</span></a>`,
      html`<span class="id">${account.id}</span>`,
      account.email,
      COUNTRIES[account.country as keyof typeof COUNTRIES] ?? account.country,
      when(account.created),
      desk.connected(account.id) ? html`<span class="state good">connected</span>` : html`<span class="state">not connected</span>`,
    ]);
  return page(
    200,
    shell({
      title: 'Accounts',
      bar,
      body: html`<h1>Accounts of this world</h1><p class="soft">Here a person plays the customer’s or Stripe’s part. Open an account to pay, dispute, or look at what it holds.</p>${note}
${table('Accounts', ['Name', 'Id', 'E-mail', 'Country', 'Since (UTC)', 'Access'], rows, 'No account yet. One is made on the consent page, or by a demo world.')}
<section class="sheet"><h2>Clock</h2>
<p>Sandbox time is ${when(desk.now())} UTC. It follows real time; moving it forward runs what falls due on the way: renewals, retries, refunds that settle, holds that run out. It never goes back.</p>
<form method="post" action="/clock"><div class="row tight"><label>Forward by <input name="amount" inputmode="numeric" value="1" required autocomplete="off"></label><label>Unit <select name="unit"><option value="hour">hours</option><option value="day" selected>days</option><option value="month">months (30 days)</option></select></label><button>Move the clock</button></div></form>
</section>`,
    }),
  );
}

export function faultsPage(desk: ConsoleDesk, note: Html | null, bar: Html): Answer {
  const rows = desk
    .faults()
    .map((fault) => [
      html`<strong>${fault.label}</strong><br><span class="hint">${fault.hint}</span>`,
      html`<span class="num">${fault.ordered}</span>`,
      html`<span class="num">${fault.fired}</span>`,
      html`<form method="post" action="/faults"><input type="hidden" name="kind" value="${fault.kind}"><div class="once"><input name="times" inputmode="numeric" value="1" aria-label="How often: ${fault.label}" autocomplete="off"><button aria-label="Order: ${fault.label}">Order</button></div></form>`,
    ]);
  return page(
    200,
    shell({
      title: 'Faults',
      bar,
      body: html`<div class="head"><div><h1>Faults to order</h1><p class="soft">Each happens as often as it was ordered, to the next calls or deliveries, and is counted when it did.</p></div><form method="post" action="/faults/clear"><button>Withdraw all</button></form></div>${note}
${table('Faults', ['Fault', 'Still ordered', 'Fired', 'Order'], rows, 'This sandbox has no faults to order.')}`,
    }),
  );
}

export function beliefsPage(desk: ConsoleDesk, bar: Html): Answer {
  const beliefs = desk.beliefs();
  return page(
    200,
    shell({
      title: 'Beliefs',
      bar,
      body: html`<h1>Beliefs</h1><p class="soft">What this sandbox does from memory alone. A test that is green against one of these is no proof about Stripe.</p>
${table(
  'Beliefs',
  ['Believed', 'Where'],
  beliefs.map(({ text, tests }) => [text, html`<span class="id">${tests.join(', ')}</span>`]),
  'None.',
)}`,
    }),
  );
}
