// The three faces of the consent page, as HTML.
import type { AuthorizeRequest } from './authorize-request.ts';
import { type Answer, page } from './answer.ts';
import { type Html, html, type Piece } from './html.ts';
import { facts, shell } from './shell.ts';

export type ConsentAccount = { id: string; name: string; email: string; country: string; created: number };
export type Entered = { way: 'in' | 'new'; account: string; password: string; name: string; country: string; email: string };

export const PASSWORD = 'sandbox';
export const COUNTRIES = {
  NO: 'Norway',
  US: 'United States',
  GB: 'United Kingdom',
  DE: 'Germany',
  FR: 'France',
  NL: 'Netherlands',
  IE: 'Ireland',
  SE: 'Sweden',
  DK: 'Denmark',
  JP: 'Japan',
} as const;
export const ANSWERS = {
  approve: 'approve',
  access_denied: 'access_denied',
  expired: 'expired code',
  used: 'used code',
  slow: 'slow, 5 s, then approve',
  unknown: 'unknown error',
} as const;

const ASKS = {
  read_write: ['Read billing data: customers, subscriptions, invoices, payments, refunds, disputes', 'Create refunds, and change billing data in your name'],
  read_only: ['Read billing data: customers, subscriptions, invoices, payments, refunds, disputes'],
} as const;

export function signInPage(
  request: AuthorizeRequest,
  accounts: readonly ConsentAccount[],
  query: string,
  entered: Entered,
  errors: Record<string, string>,
): Html {
  const field = (name: string, label: string, control: Piece, hint?: string) =>
    html`<label for="${name}">${label}${hint ? html` <span class="hint">${hint}</span>` : ''}${control}</label>${errors[name] ? html`<p class="error" id="${name}-error" role="alert">${errors[name]}</p>` : ''}`;
  const marks = (name: string) => (errors[name] ? html`aria-invalid="true" aria-describedby="${name}-error" autofocus` : '');
  const way = (value: Entered['way'], label: string) =>
    html`<label class="choice" for="way-${value}"><input type="radio" id="way-${value}" name="way" value="${value}" ${entered.way === value ? html`checked` : ''}>${label}</label>`;
  return shell({
    title: 'Sign in',
    narrow: true,
    body: html`<p class="soft">Step 1 of 2</p>
<h1>Sign in to connect with <span class="name">${request.application.name}</span></h1>
<p class="soft">Choose an account of this sandbox world, or make a new and empty one.</p>
<form method="post" action="/oauth/authorize/sign-in">
<input type="hidden" name="request" value="${query}">
<fieldset><legend>Your account</legend>
${way('in', 'Sign in to an existing account')}
${way('new', 'Create a new account')}
</fieldset>
<div class="way-fields way-in">
${field('account', 'E-mail', html`<select id="account" name="account" ${marks('account')}>${accounts.map((one) => html`<option value="${one.id}" ${one.id === entered.account ? html`selected` : ''}>${one.email} (${one.name})</option>`)}</select>`)}
${field('password', 'Password', html`<input type="text" id="password" name="password" value="${entered.password}" autocomplete="off" spellcheck="false" ${marks('password')}>`, `for the sandbox only, always “${PASSWORD}”`)}
</div>
<div class="way-fields way-new">
${field('name', 'Business name', html`<input id="name" name="name" value="${entered.name}" maxlength="300" autocomplete="off" ${marks('name')}>`)}
${field('country', 'Country', html`<select id="country" name="country" ${marks('country')}>${Object.entries(COUNTRIES).map(([code, name]) => html`<option value="${code}" ${code === entered.country ? html`selected` : ''}>${name}</option>`)}</select>`)}
${field('email', 'E-mail', html`<input type="text" inputmode="email" id="email" name="email" value="${entered.email}" autocomplete="off" spellcheck="false" ${marks('email')}>`, 'nothing is sent to it')}
</div>
<div class="actions"><button class="key">Continue</button></div>
</form>`,
  });
}

export function approvePage(request: AuthorizeRequest, account: ConsentAccount, query: string): Html {
  return shell({
    title: 'Allow access',
    narrow: true,
    body: html`<p class="soft">Step 2 of 2</p>
<h1><span class="name">${request.application.name}</span> asks for access</h1>
<p>to <strong class="name">${account.name}</strong>. It would like to:</p>
<ul class="asks">${ASKS[request.scope].map((line) => html`<li>${line}</li>`)}</ul>
<form method="post" action="/oauth/authorize/decide">
<input type="hidden" name="request" value="${query}"><input type="hidden" name="as" value="${account.id}">
<div class="sheet">
${facts([
  ['Account', html`<span class="id">${account.id}</span>`],
  ['Signed in as', html`${account.email} · <a href="/oauth/authorize?${query}">switch account</a>`],
  ['Mode', request.application.livemode ? 'live (play money all the same)' : 'test'],
  ['Scope', html`<span class="id">${request.scope}</span>`],
  ['Returns to', html`<span class="id">${request.redirectUri}</span>`],
])}
</div>
<div class="actions"><button name="decision" value="deny">Deny</button><button class="key" name="decision" value="approve">Approve sandbox access</button></div>
<details><summary>Developer drawer</summary>
<label for="answer">Answer “Approve” with <select id="answer" name="answer">${Object.entries(ANSWERS).map(([value, label]) => html`<option value="${value}">${label}</option>`)}</select></label>
<p class="hint">What the application gets back when Approve is pressed. A spoiled code looks like any other and is refused when it is exchanged.</p>
</details>
</form>`,
  });
}

export function wrongPage(status: number, code: string, message: string): Answer {
  return page(
    status,
    shell({
      title: 'Cannot connect',
      narrow: true,
      body: html`<h1>This connection cannot be made</h1><p>${message}</p><p class="soft">Error <code>${code}</code>. The application that sent you here has to correct its request; nothing was shared with it. You can close this window.</p>`,
    }),
  );
}
