// For tests: an account in memory whose clock jumps, and Stripe's schemas to hold every object and event against.
import { readFileSync } from 'node:fs';
import { Ajv, type ValidateFunction } from 'ajv';
import { configOf } from '../core/config.ts';
import { type Core, openCore } from '../core/core.ts';
import type { Place } from '../core/define.ts';
import { placeNumber } from '../core/place.ts';
import { runDue } from '../core/runner.ts';
import { createAccount } from '../objects/account.ts';
import { TYPES } from '../objects/index.ts';
import { callIn } from '../wire/call.ts';
import { type Hand, handOf, type Made } from '../world/hand.ts';

export const DAY = 86_400;
export const HOUR = 3600;

export type TrialRun = {
  core: Core;
  hand: Hand;
  now(): number;
  /** Plays a part that no route has: the customer's, or Stripe's. */
  within(work: (place: Place) => void): void;
  /** Moves time on, running what falls due. */
  jump(seconds: number): void;
  /** Names of the events since the last call, in order. */
  news(): string[];
  /** The newest event of that name. */
  last(event: string): { object: Made; previous_attributes?: Record<string, unknown> };
};

export function trialCore(): Core {
  return openCore({ ...configOf({}), file: ':memory:' }, TYPES);
}

export function trialRun({ at = '2026-01-31T10:00:00Z' } = {}): TrialRun {
  const core = trialCore();
  const account = createAccount(core, { name: 'Trial', email: 'trial@example.com', country: 'US' }).id;
  const place = placeNumber(core.store, account, false);
  const clock = { now: Date.parse(at) / 1000 };
  core.building.set(place, clock);
  let seen = 0;
  return {
    core,
    hand: handOf(
      account,
      callIn(core, false, () => clock.now),
    ),
    now: () => clock.now,
    within: (work) => core.within(account, false, {}, work),
    jump(seconds) {
      runDue(core, clock.now + seconds, { place });
      clock.now += seconds;
    },
    news() {
      const rows = core.store.rows('SELECT seq, type FROM event WHERE seq > ? ORDER BY seq', seen);
      seen = Number(rows.at(-1)?.seq ?? seen);
      return rows.map((row) => String(row.type));
    },
    last(event) {
      const row = core.store.get('SELECT data FROM event WHERE type = ? ORDER BY seq DESC LIMIT 1', event);
      if (!row) throw new Error(`there was no ${event}`);
      return JSON.parse(String(row.data)) as ReturnType<TrialRun['last']>; // written by emit
    },
  };
}

export function intentOf(payment: Made | undefined): string {
  const { payment_intent: intent } = (payment?.payment ?? {}) as { payment_intent?: string }; // an invoice payment's
  if (!intent) throw new Error('there is no payment intent');
  return intent;
}

/** What Stripe's schemas find wrong with objects and events of a store; only types they know are looked at. */
export function schemaFaults(core: Core): string[] {
  const faults = new Map<string, number>();
  const hold = (object: Made, where: string): void => {
    const validate = validatorOf(object.object);
    const valid: boolean = !validate || validate(object);
    if (valid || !validate) return;
    for (const { instancePath, message } of validate.errors?.slice(0, 3) ?? []) {
      const fault = `${where}${object.object}${instancePath.replace(/\/\d+/g, '/n')} ${message}`;
      faults.set(fault, (faults.get(fault) ?? 0) + 1);
    }
  };
  for (const { n, account, livemode } of core.store.rows('SELECT n, account, livemode FROM place')) {
    core.within(String(account), livemode === 1, {}, (place) => {
      for (const row of core.store.rows('SELECT data FROM object WHERE place = ? AND deleted = 0', Number(n)))
        hold(place.show(JSON.parse(String(row.data)) as Made), ''); // written by put
    });
    for (const row of core.store.rows("SELECT type, data FROM event WHERE place = ? AND type <> 'invoice.upcoming'", Number(n)))
      hold((JSON.parse(String(row.data)) as { object: Made }).object, `${row.type}: `); // written by emit
  }
  return [...faults].map(([fault, times]) => `${fault} (${times} times)`);
}

const ajv = new Ajv({ strict: false, allErrors: true });
const document = JSON.parse(readFileSync(new URL('../schema/objects.json', import.meta.url), 'utf8')) as { definitions: Record<string, unknown> };
ajv.addSchema(document, 'stripe');
const validators = new Map<string, ValidateFunction | null>();

function validatorOf(object: string): ValidateFunction | null {
  let found = validators.get(object);
  if (found === undefined) {
    found = Object.hasOwn(document.definitions, object) ? (ajv.getSchema(`stripe#/definitions/${object}`) ?? null) : null;
    validators.set(object, found);
  }
  return found;
}
