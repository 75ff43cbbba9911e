import { type Params, type Place, Refusal } from '../core/define.ts';
import { hash, integer, mergedMetadata, missing, needText, text } from '../core/given.ts';
import { hashes, oneOf, only, wholeNumber } from './asked.ts';
import { methodFor } from './change-subscription.ts';
import { commonPace, refuseRetired } from './subscription-items.ts';
import { boundary, type Pace } from './period.ts';
import type { Schedule } from './schedule.ts';
import { needPrice } from './shapes.ts';

type Phase = Schedule['phases'][number];

/** A schedule as asked for, not yet stored or started. */
export function scheduleFrom(place: Place, params: Params): Schedule {
  only(params, ['customer', 'default_settings', 'end_behavior', 'metadata', 'phases', 'start_date']);
  const customer = place.need('customer', needText(params, 'customer'), 'customer');
  const end = oneOf(params, 'end_behavior', ['release', 'cancel', 'none', 'renew']) ?? 'release';
  if (end === 'none' || end === 'renew') throw new Refusal(400, { message: `This sandbox does not carry end_behavior=${end}.`, param: 'end_behavior' });
  const phases = hashes(params, 'phases') ?? [];
  const [phase] = phases;
  if (!phase) throw missing('phases');
  if (phases.length > 1) throw new Refusal(400, { message: 'This sandbox carries schedules of one phase.', param: 'phases' });
  const start = params.start_date === 'now' ? place.now : integer(params, 'start_date');
  if (start === undefined) throw missing('start_date');
  const settings = settingsFrom(place, customer.id, params);
  return {
    id: place.newId('sub_sched'),
    object: 'subscription_schedule',
    application: place.application,
    billing_mode: { flexible: { proration_discounts: 'included' }, type: 'flexible' },
    canceled_at: null,
    completed_at: null,
    created: place.now,
    current_phase: null,
    customer: customer.id,
    customer_account: null,
    default_settings: settings,
    end_behavior: end,
    livemode: place.livemode,
    metadata: mergedMetadata(null, params),
    pause_schedules: [],
    phases: [phaseFrom(place, phase, start)],
    released_at: null,
    released_subscription: null,
    status: 'not_started',
    subscription: null,
    test_clock: null,
  };
}

function phaseFrom(place: Place, params: Params, start: number): Phase {
  only(params, ['currency', 'duration', 'end_date', 'items', 'iterations', 'metadata', 'proration_behavior']);
  const prices = (hashes(params, 'items') ?? []).map((item) => {
    only(item, ['price', 'plan', 'quantity', 'metadata']);
    const name = item.price === undefined && item.plan !== undefined ? 'plan' : 'price';
    return {
      price: needPrice(place, needText(item, name), `phases[0][items][0][${name}]`),
      quantity: wholeNumber(item, 'quantity', 0) ?? 1,
      metadata: mergedMetadata(null, item),
    };
  });
  refuseRetired(prices.map(({ price }) => price));
  const pace = commonPace(prices.map(({ price }) => price));
  const items = prices.map(({ price, quantity, metadata }) => ({
    billing_thresholds: null,
    discounts: [],
    metadata,
    plan: price.id,
    price: price.id,
    quantity,
    tax_rates: [],
  }));
  const end = endOf(params, start, pace);
  if (end <= start || end <= place.now)
    throw new Refusal(400, { message: 'The phase must end in the future and after it starts.', param: 'phases[0][end_date]' });
  return {
    add_invoice_items: [],
    application_fee_percent: null,
    billing_cycle_anchor: null,
    billing_thresholds: null,
    collection_method: null,
    currency: prices[0]?.price.currency ?? place.merchant.currency,
    default_payment_method: null,
    default_tax_rates: [],
    description: null,
    discounts: [],
    end_date: end,
    invoice_settings: null,
    items,
    metadata: mergedMetadata(null, params),
    on_behalf_of: null,
    proration_behavior: oneOf(params, 'proration_behavior', ['create_prorations', 'none', 'always_invoice']) ?? 'create_prorations',
    start_date: start,
    transfer_data: null,
    trial_end: null,
  } as Phase; // the fields above are all that a phase has; Phase names those that rules read
}

function endOf(params: Params, start: number, pace: Pace): number {
  const date = integer(params, 'end_date');
  if (date !== undefined) return date;
  const length = hash(params, 'duration');
  if (!length) return boundary(start, pace, wholeNumber(params, 'iterations', 1, 1000) ?? 1);
  only(length, ['interval', 'interval_count']);
  const interval = oneOf(length, 'interval', ['day', 'week', 'month', 'year']);
  if (!interval) throw missing('phases[0][duration][interval]');
  return boundary(start, { interval, interval_count: wholeNumber(length, 'interval_count', 1, 1000) ?? 1 }, 1);
}

function settingsFrom(place: Place, customer: string, params: Params): Schedule['default_settings'] {
  const given = hash(params, 'default_settings') ?? {};
  only(given, ['collection_method', 'default_payment_method', 'description', 'invoice_settings']);
  const collection = oneOf(given, 'collection_method', ['charge_automatically', 'send_invoice']) ?? 'charge_automatically';
  const invoices = hash(given, 'invoice_settings') ?? {};
  only(invoices, ['days_until_due']);
  const days = wholeNumber(invoices, 'days_until_due', 0, 3650) ?? null;
  if (collection === 'send_invoice' && days === null) throw missing('default_settings[invoice_settings][days_until_due]');
  return {
    application_fee_percent: null,
    automatic_tax: { disabled_reason: null, enabled: false, liability: null },
    billing_cycle_anchor: 'automatic',
    billing_thresholds: null,
    collection_method: collection,
    default_payment_method: methodFor(place, customer, given, null),
    description: text(given, 'description') ?? null,
    invoice_settings: { account_tax_ids: null, custom_fields: null, days_until_due: days, description: null, footer: null, issuer: { type: 'self' } },
    on_behalf_of: null,
    transfer_data: null,
  } as Schedule['default_settings']; // as above: Schedule names those that rules read
}
