// Every type the sandbox has, in its states, held against Stripe's own schemas; and every parameter schema against the routes.
import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { expect, test } from 'vitest';
import { schemaFaults, trialCore } from '../billing/trial-run.ts';
import { accountObject, createAccount, findAccount } from '../objects/account.ts';
import { eventOf } from '../objects/event.ts';
import { TYPES } from '../objects/index.ts';
import { buildWorld } from '../world/build.ts';
import { handOf } from '../world/hand.ts';
import { callIn } from '../wire/call.ts';

const read = (name: string): { definitions: Record<string, unknown>; endpoints: Record<string, unknown> } =>
  JSON.parse(readFileSync(new URL(name, import.meta.url), 'utf8')) as { definitions: Record<string, unknown>; endpoints: Record<string, unknown> }; // made for the sandbox, beside this test
const objects = read('./objects.json');

test('all objects of a world, and what a world has not, are valid; so is every event about them', async () => {
  const core = trialCore();
  const { account } = await buildWorld(core, { name: 'harbor', seed: 11, readers: 3, months: 14 });
  const hand = handOf(account, callIn(core, false));
  const customer = hand.post('/v1/customers', { source: 'tok_visa', shipping: { name: 'N', address: { line1: 'x' } }, address: { city: 'Bergen' } }).id;
  for (const card of ['pm_card_visa', 'pm_card_authenticationRequired', 'pm_card_chargeDeclined'])
    hand.ask('POST', '/v1/setup_intents', { payment_method: card, customer, confirm: true });
  hand.post('/v1/charges', { amount: 500, currency: 'usd', source: 'tok_visa' });
  const source = hand.list(`/v1/customers/${customer}/sources`)[0]?.id ?? '';
  hand.post(`/v1/customers/${customer}/sources/${source}`, { metadata: { a: '1' } });
  hand.remove(`/v1/customers/${customer}`);
  expect(schemaFaults(core)).toEqual([]);
  const seen = new Set(core.store.rows('SELECT DISTINCT type FROM object').map(({ type }) => String(type)));
  expect(TYPES.map(({ object }) => object).filter((object) => Object.hasOwn(objects.definitions, object) && !seen.has(object))).toEqual([]);
  core.store.close();
});

test('accounts and the envelope of events are valid', () => {
  const ajv = new Ajv({ strict: false, allErrors: true });
  ajv.addSchema(objects, 'stripe');
  const faults = (type: string, value: unknown): unknown[] => {
    const validate = ajv.getSchema(`stripe#/definitions/${type}`);
    return validate?.(value) ? [] : (validate?.errors ?? ['no schema']);
  };
  const core = trialCore();
  const { id } = createAccount(core, { name: 'Ærø Press', email: 'a@x.example', country: 'DK' });
  const found = findAccount(core, id);
  expect(found && faults('account', accountObject(found))).toEqual([]);
  handOf(id, callIn(core, false)).post('/v1/customers', {});
  const row = core.store.get('SELECT * FROM event');
  expect(row && faults('event', eventOf(row, false, { account: id }))).toEqual([]);
  core.store.close();
});

test('every route that Stripe documents has its parameters checked', () => {
  const shapes = new Set(Object.keys(read('./params.json').endpoints).map((name) => name.replace(/\{[^}]*\}/g, '{}')));
  const core = trialCore();
  const unchecked = core.registry.endpoints().filter((name) => !shapes.has(name.replace(/\{[^}]*\}/g, '{}')));
  expect(unchecked.filter((name) => !KNOWN_WITHOUT.has(name))).toEqual([]);
  core.store.close();
});

/** Routes that answer on Stripe and are not in the SDK's declarations, or take no parameters of their own. */
const KNOWN_WITHOUT = new Set(['GET /v1/charges/{id}/refunds', 'GET /v1/cards', 'GET /v1/invoice_line_items']);
