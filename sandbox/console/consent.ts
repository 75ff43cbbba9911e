// GET /oauth/authorize and the two forms on it: who are you, and do you allow this. Works without script, in a popup and on a phone.
import { setTimeout as wait } from 'node:timers/promises';
import { type Answer, type Ask, goTo, page, sameOrigin } from './answer.ts';
import { type Application, answerAddress, type AuthorizeRequest, readAuthorizeRequest } from './authorize-request.ts';
import { approvePage, type ConsentAccount, COUNTRIES, type Entered, PASSWORD, signInPage, wrongPage } from './consent-pages.ts';

/** What the consent page needs of the sandbox. */
export type ConsentDesk = {
  applications(): readonly Application[];
  accounts(): readonly ConsentAccount[];
  createAccount(entered: { name: string; country: string; email: string }): ConsentAccount;
  /** A code for /oauth/token; `spoiled` makes one that is refused there. */
  issueCode(grant: { account: string; application: Application; scope: 'read_write' | 'read_only'; spoiled?: 'expired' | 'used' }): string;
};

const SLOW_MS = 5000;

/** Answers /oauth/authorize…; null for any other path. */
export async function answerConsent(desk: ConsentDesk, ask: Ask): Promise<Answer | null> {
  const path = ask.url.pathname;
  if (path !== '/oauth/authorize' && path !== '/oauth/authorize/sign-in' && path !== '/oauth/authorize/decide') return null;
  const posted = path !== '/oauth/authorize';
  if (posted && (ask.method !== 'POST' || !sameOrigin(ask))) return wrongPage(403, 'invalid_request', 'This form was not sent from the sandbox’s own page.');

  const query = posted ? (ask.form.get('request') ?? '') : ask.url.search.slice(1);
  const params = new URLSearchParams(query);
  const reading = readAuthorizeRequest(params, desk.applications());
  if (reading.kind === 'wrong') return wrongPage(400, reading.code, reading.message);
  if (reading.kind === 'redirect') return goTo(reading.to);
  const { request } = reading;
  if (path === '/oauth/authorize/sign-in') return signIn(desk, request, params, ask.form);
  if (path === '/oauth/authorize/decide') return decide(desk, request, params, ask.form);
  return show(desk, request, params);
}

function show(desk: ConsentDesk, request: AuthorizeRequest, params: URLSearchParams): Answer {
  const account = desk.accounts().find((one) => one.id === params.get('as'));
  const bare = without(params, 'as');
  if (account) return page(200, approvePage(request, account, bare), [new URL(request.redirectUri).origin]);
  const known = desk.accounts().some((one) => one.email === request.prefill.email);
  const entered: Entered = { way: request.register && !known ? 'new' : 'in', account: '', password: PASSWORD, ...request.prefill };
  return page(200, signInPage(request, desk.accounts(), bare, entered, {}));
}

function signIn(desk: ConsentDesk, request: AuthorizeRequest, params: URLSearchParams, form: URLSearchParams): Answer {
  const text = (name: string) => (form.get(name) ?? '').trim();
  const entered: Entered = {
    way: form.get('way') === 'new' ? 'new' : 'in',
    account: text('account'),
    password: form.get('password') ?? '',
    name: text('name'),
    country: text('country'),
    email: text('email'),
  };
  const bare = without(params, 'as');
  const errors = entered.way === 'in' ? signInErrors(desk, entered) : createErrors(desk, entered);
  if (Object.keys(errors).length) return page(422, signInPage(request, desk.accounts(), bare, entered, errors));
  const as = entered.way === 'in' ? entered.account : desk.createAccount(entered).id;
  return goTo(`/oauth/authorize?${bare}&${new URLSearchParams({ as })}`);
}

async function decide(desk: ConsentDesk, request: AuthorizeRequest, params: URLSearchParams, form: URLSearchParams): Promise<Answer> {
  const account = desk.accounts().find((one) => one.id === form.get('as'));
  if (!account) return show(desk, request, params);
  const { redirectUri, state, scope, application } = request;
  const answer = form.get('decision') === 'approve' ? (form.get('answer') ?? 'approve') : 'access_denied';
  if (answer === 'access_denied') {
    return goTo(answerAddress(redirectUri, { error: 'access_denied', error_description: 'The user denied your request', state }));
  }
  if (answer === 'unknown') {
    return goTo(answerAddress(redirectUri, { error: 'sandbox_unheard_of', error_description: 'An error no document names.', state }));
  }
  if (answer === 'slow') await wait(SLOW_MS);
  const spoiled = answer === 'expired' || answer === 'used' ? answer : undefined;
  const code = desk.issueCode({ account: account.id, application, scope, spoiled });
  return goTo(answerAddress(redirectUri, { scope, state, code }));
}

function signInErrors(desk: ConsentDesk, { account, password }: Entered): Record<string, string> {
  if (!desk.accounts().some((one) => one.id === account)) return { account: 'Choose an account of this world.' };
  if (password !== PASSWORD) return { password: `Wrong password. Every account here has the same one: ${PASSWORD}` };
  return {};
}

function createErrors(desk: ConsentDesk, { name, country, email }: Entered): Record<string, string> {
  const errors: Record<string, string> = {};
  if (!name) errors.name = 'Give the business a name.';
  else if (name.length > 200) errors.name = 'At most 200 characters.';
  if (!(country in COUNTRIES)) errors.country = 'Choose a country.';
  if (!/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email) || email.length > 254) errors.email = 'This is not an e-mail address.';
  else if (desk.accounts().some((one) => one.email.toLowerCase() === email.toLowerCase()))
    errors.email = 'An account with this e-mail exists. Sign in to it instead.';
  return errors;
}

function without(params: URLSearchParams, name: string): string {
  const rest = new URLSearchParams(params);
  rest.delete(name);
  return rest.toString();
}
