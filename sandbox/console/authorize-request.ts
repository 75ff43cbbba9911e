// Reads the question a platform puts to /oauth/authorize, and refuses what Stripe refuses without a redirect.
export type Application = { clientId: string; name: string; livemode: boolean; redirectUris: readonly string[] };

export type AuthorizeRequest = {
  application: Application;
  redirectUri: string;
  state: string | null;
  scope: 'read_write' | 'read_only';
  register: boolean;
  prefill: { email: string; country: string; name: string };
};

export type Reading =
  | { kind: 'request'; request: AuthorizeRequest }
  /** Shown here: nobody may be sent to an address that is not the application's own. */
  | { kind: 'wrong'; code: string; message: string }
  /** Told to the application at its own address. */
  | { kind: 'redirect'; to: string };

export function readAuthorizeRequest(params: URLSearchParams, applications: readonly Application[]): Reading {
  const clientId = params.get('client_id') ?? '';
  if (!clientId) return wrong('invalid_request', 'No client_id was sent.');
  const application = applications.find((one) => one.clientId === clientId);
  if (!application) return wrong('invalid_client', `No application matches the supplied client identifier: ${clientId}`);

  const asked = params.get('redirect_uri');
  const redirectUri = asked ?? application.redirectUris[0];
  if (!redirectUri) return wrong('invalid_redirect_uri', 'This application has no redirect URI registered.');
  if (!application.redirectUris.includes(redirectUri)) {
    return wrong('invalid_redirect_uri', `Invalid redirect URI '${redirectUri}'. It must match one that is registered for this application, exactly.`);
  }
  const type = params.get('response_type');
  if (type !== 'code') return wrong(type === null ? 'invalid_request' : 'unsupported_response_type', "response_type must be 'code'.");

  const state = params.get('state');
  const scope = params.get('scope') ?? 'read_only';
  if (scope !== 'read_write' && scope !== 'read_only') {
    return { kind: 'redirect', to: answerAddress(redirectUri, { error: 'invalid_scope', error_description: `Invalid scope '${scope}'.`, state }) };
  }
  const user = (field: string) => params.get(`stripe_user[${field}]`) ?? '';
  return {
    kind: 'request',
    request: {
      application,
      redirectUri,
      state,
      scope,
      register: params.get('stripe_landing') === 'register',
      prefill: { email: user('email'), country: user('country'), name: user('business_name') },
    },
  };
}

export function answerAddress(redirectUri: string, answer: Record<string, string | null>): string {
  const address = new URL(redirectUri);
  for (const [name, value] of Object.entries(answer)) if (value !== null) address.searchParams.append(name, value);
  return address.href;
}

function wrong(code: string, message: string): Reading {
  return { kind: 'wrong', code, message };
}
