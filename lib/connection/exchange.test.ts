// What an exchange makes of answers that Stripe's own server would hardly give: against a real HTTP server, because resends and time-outs are its matter.
import { createServer, type RequestListener, type Server } from 'node:http';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { forgetEnv } from '../env.ts';
import { exchangeCode } from './exchange.ts';

let server: Server;
let asked: string[] = [];
let answer: RequestListener;

beforeAll(async () => {
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (part: Buffer) => (body += part.toString()));
    request.on('end', () => {
      asked.push(`${request.method} ${request.url} ${request.headers.authorization} ${body}`);
      answer(request, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  Object.assign(process.env, {
    DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none',
    AUTH_SECRET: 'a secret of at least thirty-two characters',
    STRIPE_CONNECT_BASE: `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`,
    STRIPE_TEST_SECRET_KEY: 'sk_test_exchange',
    STRIPE_TEST_CLIENT_ID: 'ca_exchange',
    STRIPE_TEST_WEBHOOK_SECRET: 'whsec_exchange',
  });
  forgetEnv();
});
afterEach(() => (asked = []));
afterAll(() => server.closeAllConnections());

const grant = {
  stripe_user_id: 'acct_1Good',
  livemode: false,
  scope: 'read_write',
  access_token: 'sk_test_never',
  refresh_token: 'rt_never',
  token_type: 'bearer',
};

test('a grant gives the account and the scope, and no token', async () => {
  answer = json(200, grant);
  expect(await exchangeCode('ac_1&grant_type=refresh_token', false)).toEqual({ kind: 'granted', account: 'acct_1Good', livemode: false, scope: 'read_write' });
  expect(asked).toEqual(['POST /oauth/token Bearer sk_test_exchange grant_type=authorization_code&code=ac_1%26grant_type%3Drefresh_token']);
});

test.each([
  ['a grant of the other mode', json(200, { ...grant, livemode: true }), { kind: 'wrong_mode' }],
  ['a code of the other mode', json(400, { error: 'invalid_grant', error_description: 'This code was created in live mode.' }), { kind: 'wrong_mode' }],
  [
    'a used code',
    json(400, { error: 'invalid_grant', error_description: 'This authorization code has already been used.' }),
    { kind: 'refused', code: 'invalid_grant' },
  ],
  ['a wrong key', json(401, { error: 'invalid_client' }), { kind: 'refused', code: 'invalid_client' }],
  ['an account id that is none', json(200, { ...grant, stripe_user_id: '../acct' }), { kind: 'no_answer' }],
  ['a grant without an account', json(200, { livemode: false, scope: 'read_write' }), { kind: 'no_answer' }],
  ['an API error', json(500, { error: { type: 'api_error', message: 'boom' } }), { kind: 'no_answer' }],
  ['an API error in words of OAuth', json(500, { error: 'api_error' }), { kind: 'no_answer' }],
  ['a page of some proxy', raw(502, '<html>bad gateway</html>'), { kind: 'no_answer' }],
  ['nothing', raw(200, ''), { kind: 'no_answer' }],
  ['a redirect to somewhere else', redirect('http://127.0.0.1:9/oauth/token'), { kind: 'no_answer' }],
  ['a closed connection', cut(), { kind: 'no_answer' }],
])('%s is asked for once', async (_name, given, expected) => {
  answer = given;
  expect(await exchangeCode('ac_1', false)).toEqual(expected);
  expect(asked).toHaveLength(1);
});

function json(status: number, body: unknown): RequestListener {
  return raw(status, JSON.stringify(body));
}

function raw(status: number, body: string): RequestListener {
  return (_request, response) => response.writeHead(status).end(body);
}

function redirect(to: string): RequestListener {
  return (_request, response) => response.writeHead(307, { location: to }).end();
}

function cut(): RequestListener {
  return (request) => request.socket.destroy();
}
