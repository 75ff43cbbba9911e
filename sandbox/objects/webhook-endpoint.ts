// Where events go. The secret is shown once, in the answer to its creation.
import { API_VERSION } from '../core/config.ts';
import { type ObjectType, type Params, type Place, Refusal, type StripeObject } from '../core/define.ts';
import { flag, mergedMetadata, needText, text, textOr } from '../core/given.ts';
import { letters } from '../core/id.ts';

export const webhookEndpoint: ObjectType = {
  object: 'webhook_endpoint',
  prefix: 'we',
  collection: 'webhook_endpoints',
  indexes: [],
  listFilters: {},
  shown: (_place, { signing_secret: _secret, ...endpoint }) => endpoint, // the secret stays inside
  routes: [
    { method: 'POST', path: '/v1/webhook_endpoints', run: (place, { params }) => create(place, params) },
    { method: 'POST', path: '/v1/webhook_endpoints/{id}', run: (place, { params, path }) => update(place, path.id ?? '', params) },
    {
      method: 'DELETE',
      path: '/v1/webhook_endpoints/{id}',
      run: (place, { path }) => place.remove('webhook_endpoint', place.need('webhook_endpoint', path.id ?? '').id),
    },
  ],
};

function create(place: Place, params: Params): StripeObject {
  const secret = `whsec_${letters(32)}`;
  const made = place.put({
    id: place.newId('we'),
    object: 'webhook_endpoint',
    api_version: text(params, 'api_version') ?? API_VERSION,
    application: null,
    connect: flag(params, 'connect') ?? false,
    created: place.now,
    description: text(params, 'description') ?? null,
    enabled_events: eventsOf(params.enabled_events),
    livemode: place.livemode,
    metadata: mergedMetadata({}, params),
    status: 'enabled',
    url: urlOf(needText(params, 'url')),
    signing_secret: secret,
  });
  return { ...made, secret };
}

function update(place: Place, id: string, params: Params): StripeObject {
  const old = place.need('webhook_endpoint', id);
  const disabled = flag(params, 'disabled');
  const url = text(params, 'url');
  return place.put({
    ...old,
    description: textOr(params, 'description', old.description),
    enabled_events: params.enabled_events === undefined ? old.enabled_events : eventsOf(params.enabled_events),
    metadata: mergedMetadata(old.metadata, params),
    status: disabled === undefined ? old.status : disabled ? 'disabled' : 'enabled',
    url: url ? urlOf(url) : old.url,
  });
}

function eventsOf(given: unknown): string[] {
  if (!Array.isArray(given) || given.length === 0) {
    throw new Refusal(400, { code: 'parameter_missing', param: 'enabled_events', message: 'Missing required param: enabled_events.' });
  }
  return given.map(String);
}

function urlOf(given: string): string {
  if (URL.canParse(given) && /^https?:$/.test(new URL(given).protocol)) return given;
  throw new Refusal(400, { code: 'url_invalid', param: 'url', message: 'Invalid URL: An explicit scheme (such as https) must be provided.' });
}
