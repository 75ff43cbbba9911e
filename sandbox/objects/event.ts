// Events: kept in a table of their own, read by the filters of GET /v1/events, sent again on request.
import { API_VERSION } from '../core/config.ts';
import type { Core } from '../core/core.ts';
import { belief, type List, type Params, Refusal, type StripeObject } from '../core/define.ts';
import { text } from '../core/given.ts';
import { createdOf, limitOf } from '../core/pages.ts';
import { type Ground, placeNumber } from '../core/place.ts';
import type { Row } from '../core/store.ts';

const TESTS = ['sandbox/delivery/delivery.test.ts'];
belief('Events read with Stripe-Account carry no `account`; deliveries of connected accounts do.', TESTS);
belief('delivery_success=false lists events with a delivery that is not yet answered 2xx; those nobody listened to count as delivered.', TESTS);

const DAYS_KEPT = 30;
const MAX_TYPES = 20;

export function addEventRoutes(core: Core, resend: (event: number, endpoint: string | null) => void): void {
  const need = (n: number, id: string): Row => {
    const row = core.store.get('SELECT * FROM event WHERE place = ? AND id = ?', n, id);
    if (!row) throw new Refusal(404, { code: 'resource_missing', param: 'id', message: `No such event: '${id}'` });
    return row;
  };
  core.registry.add('GET', '/v1/events', (place, { params }) => listEvents(core, place as Ground, params)); // every place the core opens is a Ground
  core.registry.add('GET', '/v1/events/{id}', (place, { path }) => eventOf(need((place as Ground).n, path.id ?? ''), place.livemode));
  core.registry.add('POST', '/v1/events/{id}/retry', (place, { params, path }) => {
    const n = placeMeant(core, place as Ground, text(params, 'account') ?? null);
    resend(Number(need(n, path.id ?? '').seq), text(params, 'webhook_endpoint') ?? null);
    return eventOf(need(n, path.id ?? ''), place.livemode);
  });
}

export function eventOf(row: Row, livemode: boolean, more: Record<string, unknown> = {}): StripeObject {
  return {
    id: String(row.id),
    object: 'event',
    ...more,
    api_version: API_VERSION,
    created: Number(row.created),
    data: JSON.parse(String(row.data)) as unknown,
    livemode,
    pending_webhooks: Number(row.pending),
    request: row.request === null || row.request === undefined ? { id: null, idempotency_key: null } : (JSON.parse(String(row.request)) as unknown),
    type: String(row.type),
  };
}

/** The official CLI names a connected account as a parameter instead of the header. */
function placeMeant(core: Core, place: Ground, account: string | null): number {
  if (!account || place.account !== core.config.platform) return place.n;
  const granted = core.store.get('SELECT 1 FROM access WHERE account = ? AND livemode = ?', account, Number(place.livemode));
  if (!granted) throw new Refusal(403, { code: 'account_invalid', message: `The provided key does not have access to account '${account}'.` });
  return placeNumber(core.store, account, place.livemode);
}

function listEvents(core: Core, place: Ground, params: Params): List {
  const limit = limitOf(params);
  const { from, to } = createdOf(params);
  const after = cursor(core, place, params, 'starting_after');
  const before = cursor(core, place, params, 'ending_before');
  const type = text(params, 'type');
  const types = Array.isArray(params.types) ? params.types.map(String) : [];
  if (type && types.length) throw new Refusal(400, { param: 'types', message: 'You may pass either `type` or `types`, but not both.' });
  if (types.length > MAX_TYPES) throw new Refusal(400, { param: 'types', message: `You may pass at most ${MAX_TYPES} types.` });

  const values: (string | number)[] = [place.n, Math.max(from ?? 0, core.clock.now() - DAYS_KEPT * 86_400)];
  let sql = 'SELECT * FROM event WHERE place = ? AND created >= ?';
  const add = (condition: string, ...more: (string | number)[]): void => {
    sql += ` AND ${condition}`;
    values.push(...more);
  };
  if (to !== undefined) add('created <= ?', to);
  if (type?.includes('*')) add('type GLOB ?', type.replace(/[[\]?]/g, ''));
  else if (type) add('type = ?', type);
  if (types.length) add(`type IN (${types.map(() => '?').join(',')})`, ...types);
  if (String(params.delivery_success) === 'false') add('(pending > 0 OR failed > 0)');
  if (String(params.delivery_success) === 'true') add('pending = 0 AND failed = 0');
  const spot = before ?? after;
  if (spot) add(`(created, seq) ${before ? '>' : '<'} (?, ?)`, Number(spot.created), Number(spot.seq));
  const order = before ? 'ASC' : 'DESC';
  const rows = core.store.rows(`${sql} ORDER BY created ${order}, seq ${order} LIMIT ${limit + 1}`, ...values);
  const data = rows.slice(0, limit).map((row) => eventOf(row, place.livemode));
  return { object: 'list', data: before ? data.reverse() : data, has_more: rows.length > limit, url: '/v1/events' };
}

function cursor(core: Core, place: Ground, params: Params, name: string): Row | null {
  const id = text(params, name);
  if (!id) return null;
  const row = core.store.get('SELECT created, seq FROM event WHERE place = ? AND id = ?', place.n, id);
  if (!row) throw new Refusal(400, { code: 'resource_missing', param: name, message: `No such event: '${id}'` });
  return row;
}
