// The events of a benchmark: a realistic mix of the 54 of FACTS §2 for fifty accounts, signed before any clock starts, with the final state of every object known.
import { randomUUID } from 'node:crypto';
import Stripe from 'stripe';
import { API_VERSION } from '#lib/stripe.ts';
import { shapeOf, type Made } from './shapes.ts';
import { mix } from './mix.ts';

export type Body = { readonly id: string; readonly account: string; readonly type: string; readonly text: string };
export type Signed = Body & { readonly signature: string };

/** `deleted` of an object whose life ended by a deletion; what `object` holds then was sent last. */
export type Final = { readonly account: string; readonly type: string; readonly object: Made; readonly deleted: boolean };

export type Load = { readonly bodies: readonly Body[]; readonly truth: ReadonlyMap<string, Final>; readonly meanBytes: number };

/** `apart`: seconds between two events of one object, least and most. */
export type LoadOf = { readonly events: number; readonly accounts: readonly string[]; readonly seed: number; readonly apart: readonly [number, number] };

type Alive = { readonly type: string; object: Made; at: number; version: number };

/** In the order in which things happened. */
export function makeLoad({ events, accounts, seed, apart }: LoadOf): Load {
  const random = chance(seed);
  const run = randomUUID().slice(0, 6);
  const now = Math.floor(Date.now() / 1000);
  const alive = new Map<string, Alive[]>();
  const truth = new Map<string, Final>();
  const made: { created: number; body: Body }[] = [];
  let count = 0;
  for (let index = 0; index < events; index += 1) {
    const account = accounts[Math.floor(random() * accounts.length)]!;
    const name = pick(random());
    const type = typeOf(name);
    const here = within(alive, `${account} ${type}`);
    const fresh = name.endsWith('.created') || here.length === 0 || random() < 0.3;
    const one: Alive = fresh ? born() : here[Math.floor(random() * here.length)]!;
    if (fresh) here.push(one);
    else one.at += apart[0] + Math.floor(random() * (apart[1] - apart[0] + 1));
    one.version += 1;
    one.object = { ...one.object, metadata: { ...(one.object['metadata'] as object), version: String(one.version) } };
    const ends = TOMBSTONES.has(name);
    const upcoming = name === 'invoice.upcoming';
    const id = `evt_${run}${String(index).padStart(6, '0')}`;
    const { id: _none, ...preview } = one.object;
    const text = JSON.stringify({
      id,
      object: 'event',
      api_version: API_VERSION,
      account,
      created: one.at,
      livemode: false,
      pending_webhooks: 1,
      type: name,
      request: { id: null, idempotency_key: null },
      data: {
        object: upcoming ? preview : ends ? { ...one.object, deleted: true } : one.object,
        ...(name.endsWith('.updated') ? { previous_attributes: { metadata: {} } } : {}),
      },
    });
    made.push({ created: one.at, body: { id, account, type: name, text } });
    if (!upcoming) truth.set(`${account} ${one.object.id}`, { account, type, object: one.object, deleted: ends });
    if (ends || upcoming) here.splice(here.indexOf(one), 1);

    function born(): Alive {
      count += 1;
      return { type, object: shapeOf(type, { account, run, number: count, random }), at: now - 3600 + Math.floor(random() * 600), version: 0 };
    }
  }
  const bodies = made.toSorted((a, b) => a.created - b.created).map(({ body }) => body);
  return { bodies, truth, meanBytes: Math.round(bodies.reduce((sum, body) => sum + Buffer.byteLength(body.text), 0) / bodies.length) };
}

export function sign(bodies: readonly Body[], secret: string): Signed[] {
  return bodies.map((body) => ({ ...body, signature: Stripe.webhooks.generateTestHeaderString({ payload: body.text, secret }) }));
}

/** Small reproducible chance. */
export function chance(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Deleting a subscription or a source is a state of it in the one case and an end in the other (FACTS §2). */
const TOMBSTONES = new Set(['customer.deleted', 'invoice.deleted', 'customer.source.deleted']);

const whole = Object.values(mix).reduce((sum, weight) => sum + weight, 0);

function pick(random: number): string {
  let left = random * whole;
  for (const [name, weight] of Object.entries(mix)) {
    left -= weight;
    if (left < 0) return name;
  }
  return 'customer.updated';
}

export function typeOf(name: string): string {
  if (name.startsWith('charge.dispute.')) return 'dispute';
  if (name.startsWith('customer.subscription.')) return 'subscription';
  if (name.startsWith('customer.source.')) return 'source';
  return name.slice(0, name.lastIndexOf('.'));
}

function within(map: Map<string, Alive[]>, key: string): Alive[] {
  const found = map.get(key) ?? [];
  map.set(key, found);
  return found;
}
