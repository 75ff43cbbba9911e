import { expect, test } from 'vitest';
import { answerAddress, readAuthorizeRequest } from './authorize-request.ts';

const application = {
  clientId: 'ca_test',
  name: 'Desk',
  livemode: false,
  redirectUris: ['http://localhost:3000/api/connect/callback', 'http://localhost:3000/other'],
};
const read = (query: string) => readAuthorizeRequest(new URLSearchParams(query), [application]);
const GOOD = 'response_type=code&client_id=ca_test&scope=read_write&redirect_uri=http://localhost:3000/api/connect/callback';

test('a complete question is read whole', () => {
  expect(read(`${GOOD}&state=s%201&stripe_landing=register&stripe_user[country]=NO&stripe_user[email]=a@b.example`)).toMatchObject({
    kind: 'request',
    request: { state: 's 1', scope: 'read_write', register: true, prefill: { country: 'NO', email: 'a@b.example', name: '' } },
  });
});

test('without an address the first registered one is meant, without a scope read_only', () => {
  expect(read('response_type=code&client_id=ca_test')).toMatchObject({
    kind: 'request',
    request: { redirectUri: application.redirectUris[0], scope: 'read_only' },
  });
});

// What is wrong about who asks or where to answer must never lead to a redirect: that would make the sandbox an open redirector.
test.each([
  ['response_type=code', 'invalid_request'],
  ['response_type=code&client_id=ca_other', 'invalid_client'],
  ['response_type=code&client_id=ca_test&redirect_uri=https://evil.example/', 'invalid_redirect_uri'],
  ['response_type=code&client_id=ca_test&redirect_uri=http://localhost:3000/api/connect/callback/', 'invalid_redirect_uri'],
  ['response_type=token&client_id=ca_test', 'unsupported_response_type'],
  ['client_id=ca_test', 'invalid_request'],
])('%s is shown as %s and redirected nowhere', (query, code) => expect(read(query)).toMatchObject({ kind: 'wrong', code }));

test('a scope nobody knows is told to the application at its own address, with its state', () => {
  expect(read('response_type=code&client_id=ca_test&scope=everything&state=x')).toEqual({
    kind: 'redirect',
    to: 'http://localhost:3000/api/connect/callback?error=invalid_scope&error_description=Invalid+scope+%27everything%27.&state=x',
  });
});

test('an answer keeps what the address already carries', () => {
  expect(answerAddress('http://localhost:3000/other?tenant=7', { code: 'ac_1', state: null })).toBe('http://localhost:3000/other?tenant=7&code=ac_1');
});
