// Connecting and parting, with the official SDK and the consent page a browser would show.
import Stripe from 'stripe';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { KEYS, startTrial, type Trial } from '#tests/trial.ts';

const CALLBACK = 'http://localhost:3000/api/connect/callback';
let trial: Trial;
let account: string;

beforeAll(async () => {
  trial = await startTrial({ SANDBOX_REDIRECT_URI: CALLBACK });
  account = (await trial.control<{ id: string }>('POST accounts', { name: 'Harbor', country: 'US', email: 'h@x.example' })).id;
});
afterAll(() => trial.stop());

const codeFor = async (more: object = {}): Promise<string> =>
  (await trial.control<{ code: string }>('POST code', { account, client_id: KEYS.SANDBOX_TEST_CLIENT_ID, scope: 'read_write', ...more })).code;
const exchange = (code: string, client = trial.stripe) => client.oauth.token({ grant_type: 'authorization_code', code });
const errorOf = (call: Promise<unknown>) =>
  call.then(
    () => {
      throw new Error('it was not refused');
    },
    (error: unknown) => error as Stripe.errors.StripeError,
  );

test('a code gives access once', async () => {
  const code = await codeFor();
  const granted = await exchange(code);
  expect(granted).toMatchObject({ stripe_user_id: account, livemode: false, scope: 'read_write', token_type: 'bearer' });
  expect((await trial.stripe.customers.list({}, { stripeAccount: account })).data).toEqual([]);
  expect(await trial.stripe.oauth.token({ grant_type: 'refresh_token', refresh_token: granted.refresh_token ?? '' })).toMatchObject({
    stripe_user_id: account,
  });
  const reused = await errorOf(exchange(code));
  expect(reused).toBeInstanceOf(Stripe.errors.StripeInvalidGrantError);
  expect((await errorOf(trial.stripe.customers.list({}, { stripeAccount: account }))).code).toBe('account_invalid');
});

test.each(['expired', 'used'] as const)('a code that is %s is refused', async (spoiled) => {
  expect(await errorOf(exchange(await codeFor({ spoiled })))).toBeInstanceOf(Stripe.errors.StripeInvalidGrantError);
});

test('a code of one mode is unknown to the key of the other', async () => {
  expect(await errorOf(exchange(await codeFor(), trial.live))).toBeInstanceOf(Stripe.errors.StripeInvalidGrantError);
});

test('a code is too old after five minutes', async () => {
  const code = await codeFor();
  await trial.control('POST clock', { advance: 301 });
  expect(await errorOf(exchange(code))).toBeInstanceOf(Stripe.errors.StripeInvalidGrantError);
});

test('deauthorizing works once; then it says that nothing is connected, as 401', async () => {
  await exchange(await codeFor());
  const call = () => trial.stripe.oauth.deauthorize({ client_id: KEYS.SANDBOX_TEST_CLIENT_ID, stripe_user_id: account });
  expect(await call()).toMatchObject({ stripe_user_id: account });
  const error = await errorOf(call());
  expect(error).toBeInstanceOf(Stripe.errors.StripeInvalidClientError);
  expect(error).toMatchObject({
    statusCode: 401,
    message: `This application is not connected to stripe account ${account}, or that account does not exist.`,
  });
  expect((await errorOf(trial.stripe.customers.list({}, { stripeAccount: account }))).statusCode).toBe(403);
});

test('calls of OAuth are logged, and the faults that name them fire', async () => {
  const code = await codeFor();
  await trial.control('POST faults', { kind: 'error_500', times: 1 });
  await trial.control('POST faults', { kind: 'reset_after', times: 1, match: 'POST /oauth/token' });
  const reused = await errorOf(exchange(code)); // cut after the grant; the SDK tries a closed connection once more, with a code that is used now
  expect(reused).toBeInstanceOf(Stripe.errors.StripeInvalidGrantError);
  const faults = await trial.control<{ kind: string; fired: number }[]>('GET faults');
  expect(faults.filter(({ fired }) => fired).map(({ kind }) => kind)).toEqual(['reset_after']);
  await trial.control('DELETE faults');
  await trial.control('DELETE requests');
  await exchange(await codeFor());
  await trial.stripe.oauth.deauthorize({ client_id: KEYS.SANDBOX_TEST_CLIENT_ID, stripe_user_id: account });
  expect(await trial.control(`GET requests?account=${account}`)).toMatchObject([
    { method: 'POST', path: '/oauth/token', status: 200 },
    { method: 'POST', path: '/oauth/deauthorize', status: 200 },
  ]);
});

test('a read_only grant reads and does not write', async () => {
  await exchange(await codeFor({ scope: 'read_only' }));
  expect((await trial.stripe.customers.list({}, { stripeAccount: account })).data).toEqual([]);
  expect((await errorOf(trial.stripe.customers.create({}, { stripeAccount: account }))).statusCode).toBe(403);
});

test.each([
  ['no grant type', '', 'invalid_request'],
  ['another grant type', 'grant_type=password', 'unsupported_grant_type'],
  ['no code', 'grant_type=authorization_code', 'invalid_request'],
])('the exchange with %s is refused in OAuth’s own shape', async (_name, body, error) => {
  const response = await fetch(`${trial.url}/oauth/token`, {
    method: 'POST',
    headers: { authorization: `Bearer ${KEYS.SANDBOX_TEST_SECRET_KEY}`, 'content-type': 'application/x-www-form-urlencoded' },
    body,
  });
  expect([response.status, await response.json()]).toMatchObject([400, { error, error_description: expect.any(String) }]);
});

test('a person signs in on the consent page, approves, and the code works', async () => {
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: KEYS.SANDBOX_TEST_CLIENT_ID,
    scope: 'read_write',
    redirect_uri: CALLBACK,
    state: 's-1',
  }).toString();
  const asked = await fetch(`${trial.url}/oauth/authorize?${query}`);
  expect([asked.status, await asked.text()]).toMatchObject([200, expect.stringContaining('h@x.example')]);
  const form = (fields: Record<string, string>) => ({ method: 'POST', redirect: 'manual', body: new URLSearchParams({ request: query, ...fields }) }) as const;
  const signedIn = await fetch(`${trial.url}/oauth/authorize/sign-in`, form({ way: 'in', account, password: 'sandbox' }));
  expect(signedIn.status).toBe(303);
  const decided = await fetch(`${trial.url}/oauth/authorize/decide`, form({ as: account, decision: 'approve' }));
  const back = new URL(decided.headers.get('location') ?? '');
  expect([back.origin + back.pathname, back.searchParams.get('state')]).toEqual([CALLBACK, 's-1']);
  expect((await exchange(back.searchParams.get('code') ?? '')).stripe_user_id).toBe(account);
  const denied = await fetch(`${trial.url}/oauth/authorize/decide`, form({ as: account, decision: 'deny' }));
  expect(denied.headers.get('location')).toContain('error=access_denied');
});

test.each(['/', '/faults', '/beliefs', '/outbox', '/_sandbox/console.css'])('the console answers %s', async (path) => {
  expect((await fetch(trial.url + path)).status).toBe(200);
});

test('the console shows an account, its lists and its objects, and takes a payment there', async () => {
  const paid = await fetch(`${trial.url}/a/${account}/act/new-payment`, {
    method: 'POST',
    redirect: 'manual',
    body: new URLSearchParams({ amount: '12.00', currency: 'USD', card: 'pm_card_visa' }),
  });
  const shown = await fetch(trial.url + (paid.headers.get('location') ?? ''));
  expect(await shown.text()).toContain('Payment of 12.00 USD: succeeded.');
  for (const path of ['', '/payment_intents', '/charges', '/balance_transactions', '/subscriptions', '/events'])
    expect([path, (await fetch(`${trial.url}/a/${account}${path}`)).status]).toEqual([path, 200]);
});
