// POST /oauth/token and /oauth/deauthorize, with an error shape of their own: {error, error_description}.
import type { IncomingMessage } from 'node:http';
import type { Core } from '../core/core.ts';
import { belief } from '../core/define.ts';
import { keyOf } from '../wire/auth.ts';
import { decodeForm, plain } from '../wire/decode.ts';
import { useCode } from './codes.ts';
import type { Grants } from './grants.ts';
import type { Row } from '../core/store.ts';

export type OAuthReply = { status: number; body: Record<string, unknown> };

const TESTS = ['sandbox/oauth/oauth.test.ts'];
belief('OAuth errors are 400, except invalid_client with 401; their descriptions are remembered, not compared.', TESTS);
belief('Using an authorization code twice revokes what was granted with it.', TESTS);

export function answerOAuth(core: Core, grants: Grants, req: IncomingMessage, path: string, body: string): OAuthReply {
  if (req.method !== 'POST') return refusal(404, 'invalid_request', `Unrecognized request URL (${String(req.method)}: ${path}).`);
  const form = plain(decodeForm(body)) as Record<string, unknown>; // a tree's root is a hash
  const field = (name: string): string => (typeof form[name] === 'string' ? form[name] : '');
  const key = keyOf(req.headers.authorization) ?? field('client_secret');
  const application = core.config.applications.find((one) => one.secretKey === key);
  if (!key)
    return refusal(
      401,
      'invalid_client',
      'No authentication was provided. Send your secret API key using the Authorization header, or as a client_secret POST parameter.',
    );
  if (!application) return refusal(401, 'invalid_client', 'Invalid API key provided');
  return path === '/oauth/token' ? token(core, grants, application, field) : deauthorize(grants, application, field);
}

type Application = Core['config']['applications'][number];
type Field = (name: string) => string;

function token(core: Core, grants: Grants, application: Application, field: Field): OAuthReply {
  const type = field('grant_type');
  if (!type) return refusal(400, 'invalid_request', 'No grant type specified');
  if (type === 'refresh_token') return refresh(grants, application, field);
  if (type !== 'authorization_code') return refusal(400, 'unsupported_grant_type', `Unsupported grant type: ${type}`);
  const code = field('code');
  if (!code) return refusal(400, 'invalid_request', 'No authorization code provided');
  const use = useCode(core, code, application.clientId);
  if (use.kind === 'used') {
    const grant = grants.find(application.clientId, String(use.row.account), application.livemode);
    if (grant?.code === code) grants.revoke(String(use.row.account), application.livemode);
    return refusal(400, 'invalid_grant', 'This authorization code has already been used. All tokens issued with this code have been revoked.');
  }
  if (use.kind === 'expired') return refusal(400, 'invalid_grant', 'Authorization code expired: codes can be used for five minutes.');
  if (use.row === null) return refusal(400, 'invalid_grant', `Authorization code does not exist: ${code}`);
  const scope = use.row.scope === 'read_only' ? 'read_only' : 'read_write';
  return { status: 200, body: tokens(grants.grant(String(use.row.account), application.livemode, { scope, code }), application.livemode) };
}

function refresh(grants: Grants, application: Application, field: Field): OAuthReply {
  const grant = grants.findByRefreshToken(field('refresh_token'));
  if (!grant || grant.client_id !== application.clientId) return refusal(400, 'invalid_grant', `Refresh token does not exist: ${field('refresh_token')}`);
  const scope = field('scope');
  if (scope && scope !== 'read_only' && scope !== grant.scope) return refusal(400, 'invalid_scope', `Scope '${scope}' was not granted.`);
  return { status: 200, body: { ...tokens(grant, application.livemode), ...(scope ? { scope } : {}) } };
}

function deauthorize(grants: Grants, application: Application, field: Field): OAuthReply {
  const clientId = field('client_id');
  const account = field('stripe_user_id');
  if (!clientId) return refusal(400, 'invalid_request', 'No client_id specified');
  if (!account) return refusal(400, 'invalid_request', 'No stripe_user_id specified');
  if (clientId !== application.clientId) return refusal(401, 'invalid_client', `No such application: '${clientId}'`);
  if (grants.revoke(account, application.livemode)) return { status: 200, body: { stripe_user_id: account } };
  return refusal(401, 'invalid_client', `This application is not connected to stripe account ${account}, or that account does not exist.`);
}

function tokens(grant: Row, livemode: boolean): Record<string, unknown> {
  const mode = livemode ? 'live' : 'test';
  return {
    access_token: grant.access_token,
    livemode,
    refresh_token: grant.refresh_token,
    token_type: 'bearer',
    stripe_publishable_key: `pk_${mode}_${String(grant.account).slice(-20)}`,
    stripe_user_id: grant.account,
    scope: grant.scope,
  };
}

function refusal(status: number, error: string, error_description: string): OAuthReply {
  return { status, body: { error, error_description } };
}
