// What a merchant may change on a running subscription.
import { type Params, type Place, Refusal } from '../core/define.ts';
import { flag, hash, integer, mergedMetadata, needText, text, textOr } from '../core/given.ts';
import { hashes, oneOf, only, wholeNumber } from './asked.ts';
import { putChanged } from './changed.ts';
import { ended } from './end-subscription.ts';
import { commonPace, itemOf, refuseRetired } from './subscription-items.ts';
import { planOf } from './plan-of.ts';
import { itemList, renew, schedulePeriod } from './renew.ts';
import { type Item, itemsOf, needPrice, needSubscription, type Subscription } from './shapes.ts';

const CARRIED = [
  'cancel_at',
  'cancel_at_period_end',
  'cancellation_details',
  'collection_method',
  'days_until_due',
  'default_payment_method',
  'description',
  'items',
  'metadata',
  'off_session',
  'payment_behavior',
  'proration_behavior',
  'trial_end',
];

export function changeSubscription(place: Place, id: string, params: Params): Subscription {
  only(params, CARRIED);
  const before = needSubscription(place, id);
  const harmless = Object.keys(params).every((name) => name === 'metadata' || name === 'cancellation_details');
  if (ended(before) && !harmless)
    throw new Refusal(400, {
      message: 'A canceled subscription can only update its cancellation_details and metadata.',
      code: 'resource_missing',
      param: 'id',
    });
  if (before.schedule && !harmless)
    throw new Refusal(400, {
      message: `The subscription is managed by the subscription schedule \`${before.schedule}\`, and updating it directly is not allowed. Please update the schedule instead.`,
    });
  changeItems(place, before, params);
  const after: Subscription = {
    ...before,
    ...cancelling(place, before, params),
    collection_method: oneOf(params, 'collection_method', ['charge_automatically', 'send_invoice']) ?? before.collection_method,
    days_until_due: wholeNumber(params, 'days_until_due', 0, 3650) ?? before.days_until_due,
    default_payment_method: methodFor(place, before.customer, params, before.default_payment_method),
    description: textOr(params, 'description', before.description),
    items: itemList(id, itemsOf(place, id)),
    metadata: mergedMetadata(before.metadata, params),
  };
  if (after.collection_method === 'send_invoice' && after.days_until_due === null)
    throw new Refusal(400, {
      message: 'When using `collection_method=send_invoice`, you must pass `days_until_due`.',
      code: 'parameter_missing',
      param: 'days_until_due',
    });
  putChanged(place, 'customer.subscription.updated', before, after);
  place.due('cancel_subscription', id, after.cancel_at !== null && !after.cancel_at_period_end ? after.cancel_at : null);
  changeTrial(place, after, params);
  return needSubscription(place, id);
}

/** The customer's own method, by parameter. */
export function methodFor(place: Place, customer: string, params: Params, old: string | null): string | null {
  const asked = text(params, 'default_payment_method');
  if (asked === undefined) return old;
  if (asked === null) return null;
  const method = place.need('payment_method', asked, 'default_payment_method');
  if (method.customer !== customer)
    throw new Refusal(400, {
      message: `The customer does not have a payment method with the ID ${asked}. The payment method must be attached to the customer.`,
      code: 'resource_missing',
      param: 'default_payment_method',
    });
  return method.id;
}

function cancelling(place: Place, before: Subscription, params: Params): Partial<Subscription> {
  const details = hash(params, 'cancellation_details');
  const atEnd = flag(params, 'cancel_at_period_end');
  const given = params.cancel_at === undefined ? undefined : (integer(params, 'cancel_at') ?? null);
  if (atEnd !== undefined && given)
    throw new Refusal(400, { message: 'You may only specify one of these parameters: cancel_at, cancel_at_period_end.', param: 'cancel_at' });
  if (given && given <= place.now) throw new Refusal(400, { message: 'cancel_at must be in the future.', param: 'cancel_at' });
  const periodEnd = before.items.data[0]?.current_period_end ?? place.now;
  const end = atEnd === undefined ? (given === undefined ? before.cancel_at : given) : atEnd ? periodEnd : null;
  const changes = end !== before.cancel_at;
  return {
    cancel_at: end,
    cancel_at_period_end: atEnd ?? (given === undefined ? before.cancel_at_period_end : false),
    canceled_at: changes ? (end === null ? null : place.now) : before.canceled_at,
    cancellation_details: {
      ...before.cancellation_details,
      ...(details
        ? {
            comment: textOr(details, 'comment', before.cancellation_details.comment),
            feedback: textOr(details, 'feedback', before.cancellation_details.feedback),
          }
        : {}),
      ...(changes ? { reason: end === null ? null : 'cancellation_requested' } : {}),
    },
  };
}

function changeItems(place: Place, subscription: Subscription, params: Params): void {
  const asked = hashes(params, 'items');
  if (!asked) return;
  const items = new Map(itemsOf(place, subscription.id).map((item) => [item.id, item]));
  const period = { start: subscription.items.data[0]?.current_period_start ?? place.now, end: subscription.items.data[0]?.current_period_end ?? place.now };
  let moved = false;
  for (const one of asked) {
    only(one, ['id', 'price', 'quantity', 'metadata', 'deleted']);
    const id = text(one, 'id');
    const old = id ? items.get(id) : undefined;
    if (id && !old) throw new Refusal(400, { message: `No such subscription item: '${id}'`, code: 'resource_missing', param: 'items[0][id]' });
    moved ||= one.price !== undefined || one.quantity !== undefined || flag(one, 'deleted') === true;
    if (old && flag(one, 'deleted')) {
      items.delete(old.id);
      place.remove('subscription_item', old.id);
      continue;
    }
    const price = old && one.price === undefined ? old.price : needPrice(place, needText(one, 'price'), 'items[0][price]');
    if (price.id !== old?.price.id) refuseRetired([price]);
    const quantity = wholeNumber(one, 'quantity', 0) ?? old?.quantity ?? 1;
    const item: Item = old
      ? { ...old, price, plan: planOf(price), quantity, metadata: mergedMetadata(old.metadata, one) }
      : itemOf(place, subscription.id, { price, quantity, metadata: mergedMetadata(null, one) }, period);
    items.set(item.id, place.put(item));
  }
  if (moved && subscription.status !== 'trialing' && params.proration_behavior !== 'none')
    throw new Refusal(400, { message: 'This sandbox does not prorate: pass proration_behavior=none.', param: 'proration_behavior' });
  const old = subscription.items.data[0]?.price.recurring;
  const pace = commonPace([...items.values()].map((item) => item.price));
  if (old && (old.interval !== pace.interval || old.interval_count !== pace.interval_count))
    throw new Refusal(400, { message: 'This sandbox does not carry a change of the billing interval.', param: 'items' });
  if ([...items.values()].some((item) => item.price.currency !== subscription.currency))
    throw new Refusal(400, { message: `The price specified does not match the currency ${subscription.currency} of the subscription.`, param: 'items' });
}

/** A trial can end now or at another time; a running subscription takes none here. */
function changeTrial(place: Place, subscription: Subscription, params: Params): void {
  if (params.trial_end === undefined) return;
  if (subscription.status !== 'trialing')
    throw new Refusal(400, { message: 'This sandbox does not put a trial onto a running subscription.', param: 'trial_end' });
  const end = params.trial_end === 'now' ? place.now : integer(params, 'trial_end');
  if (end === undefined || end < place.now) throw new Refusal(400, { message: 'trial_end must be `now` or a time in the future.', param: 'trial_end' });
  const items = itemsOf(place, subscription.id).map((item) => place.put<Item>({ ...item, current_period_end: end }));
  const moved = putChanged<Subscription>(place, 'customer.subscription.updated', subscription, {
    ...subscription,
    billing_cycle_anchor: end,
    items: itemList(subscription.id, items),
    trial_end: end,
  });
  if (end === place.now) renew(place, subscription.id);
  else schedulePeriod(place, moved);
}
