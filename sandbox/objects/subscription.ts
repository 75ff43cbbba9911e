import { type ObjectType, type Params, type Place, Refusal } from '../core/define.ts';
import { flag, hash, integer, mergedMetadata, missing, needText, text } from '../core/given.ts';
import { hashes, oneOf, only, wholeNumber, within } from '../billing/asked.ts';
import { changeSubscription, methodFor } from '../billing/change-subscription.ts';
import { ended, endSubscription, expireSubscription } from '../billing/end-subscription.ts';
import { newSubscription, type SubscriptionOrder, trialEndIn } from '../billing/new-subscription.ts';
import { refuseRetired } from '../billing/subscription-items.ts';
import { announceRenewal, announceTrialEnd, renew } from '../billing/renew.ts';
import { needPrice, needSubscription, type Subscription } from '../billing/shapes.ts';

export const subscription: ObjectType = {
  object: 'subscription',
  prefix: 'sub',
  collection: 'subscriptions',
  indexes: ['customer', 'collection_method'],
  expandable: {
    customer: 'customer',
    default_payment_method: 'payment_method',
    latest_invoice: 'invoice',
    schedule: 'subscription_schedule',
  },
  listFilters: { customer: 'customer', collection_method: 'collection_method' },
  listed: (one, params) => listed(one as Subscription, params), // stored by these routes
  routes: [
    { method: 'POST', path: '/v1/subscriptions', run: (place, { params }) => newSubscription(place, orderOf(place, params)) },
    { method: 'POST', path: '/v1/subscriptions/{id}', run: (place, { params, path }) => changeSubscription(place, path.id ?? '', params) },
    { method: 'DELETE', path: '/v1/subscriptions/{id}', run: (place, { params, path }) => cancel(place, path.id ?? '', params) },
  ],
  due: {
    renew_subscription: renew,
    announce_renewal: announceRenewal,
    announce_trial_end: announceTrialEnd,
    cancel_subscription: (place, id) => void endSubscription(place, needSubscription(place, id), {}),
    expire_subscription: (place, id) => {
      const one = needSubscription(place, id);
      if (one.status === 'incomplete') expireSubscription(place, one);
    },
  },
  reacts: {
    'customer.deleted': (place, customer) => {
      for (const one of place.all('subscription', { customer: customer.id })) endSubscription(place, one as Subscription, {}); // stored by these routes
    },
  },
};

function orderOf(place: Place, params: Params): SubscriptionOrder {
  only(params, [
    'cancel_at',
    'cancel_at_period_end',
    'collection_method',
    'currency',
    'customer',
    'days_until_due',
    'default_payment_method',
    'description',
    'items',
    'metadata',
    'off_session',
    'payment_behavior',
    'proration_behavior',
    'trial_end',
    'trial_period_days',
  ]);
  const customer = place.need('customer', needText(params, 'customer'), 'customer');
  const collection = oneOf(params, 'collection_method', ['charge_automatically', 'send_invoice']) ?? 'charge_automatically';
  const daysUntilDue = wholeNumber(params, 'days_until_due', 0, 3650) ?? null;
  if (collection === 'send_invoice' && daysUntilDue === null) throw missing('days_until_due');
  if (collection === 'charge_automatically' && daysUntilDue !== null)
    throw new Refusal(400, { message: 'You can only specify `days_until_due` if the `collection_method` is `send_invoice`.', param: 'days_until_due' });
  const items = (hashes(params, 'items') ?? []).map((item) => {
    only(item, ['price', 'plan', 'quantity', 'metadata']);
    const name = item.price === undefined && item.plan !== undefined ? 'plan' : 'price';
    return {
      price: needPrice(place, needText(item, name), `items[0][${name}]`),
      quantity: wholeNumber(item, 'quantity', 0) ?? 1,
      metadata: mergedMetadata(null, item),
    };
  });
  if (items.length > 20) throw new Refusal(400, { message: 'A subscription can have up to 20 items.', param: 'items' });
  refuseRetired(items.map(({ price }) => price));
  const cancelAt = integer(params, 'cancel_at') ?? null;
  if (cancelAt !== null && cancelAt <= place.now) throw new Refusal(400, { message: 'cancel_at must be in the future.', param: 'cancel_at' });
  return {
    customer,
    items,
    trialEnd: trialEnd(place, params),
    collection,
    daysUntilDue,
    method: methodFor(place, customer.id, params, null),
    payment: oneOf(params, 'payment_behavior', ['allow_incomplete', 'default_incomplete', 'error_if_incomplete']) ?? 'allow_incomplete',
    cancelAt,
    cancelAtPeriodEnd: flag(params, 'cancel_at_period_end') ?? false,
    description: text(params, 'description') ?? null,
    metadata: mergedMetadata(null, params),
    schedule: null,
  };
}

function trialEnd(place: Place, params: Params): number | null {
  const end = params.trial_end === 'now' ? undefined : integer(params, 'trial_end');
  if (end === undefined) return trialEndIn(place, wholeNumber(params, 'trial_period_days', 0, 730));
  if (params.trial_period_days !== undefined)
    throw new Refusal(400, { message: 'You may only specify one of these parameters: trial_end, trial_period_days.', param: 'trial_end' });
  if (end <= place.now) throw new Refusal(400, { message: 'trial_end must be in the future.', param: 'trial_end' });
  return end;
}

function cancel(place: Place, id: string, params: Params): Subscription {
  only(params, ['cancellation_details', 'invoice_now', 'prorate']);
  for (const name of ['invoice_now', 'prorate'])
    if (flag(params, name)) throw new Refusal(400, { message: `This sandbox does not prorate: leave out ${name}.`, param: name });
  const one = needSubscription(place, id);
  if (ended(one)) throw new Refusal(404, { message: `No such subscription: '${id}'`, code: 'resource_missing', param: 'id' });
  const details = hash(params, 'cancellation_details') ?? {};
  return endSubscription(place, one, { comment: text(details, 'comment'), feedback: text(details, 'feedback'), reason: 'cancellation_requested' });
}

function listed(one: Subscription, params: Params): boolean {
  const { status, price, plan } = params;
  const stands =
    status === 'all' || (status === 'ended' ? ended(one) : status === undefined || status === '' ? one.status !== 'canceled' : one.status === status);
  const has = (id: unknown): boolean => id === undefined || one.items.data.some((item) => item.price.id === id);
  const [item] = one.items.data;
  return (
    stands &&
    has(price) &&
    has(plan) &&
    within(params, 'current_period_start', item?.current_period_start ?? null) &&
    within(params, 'current_period_end', item?.current_period_end ?? null)
  );
}
