// What may stand together on one subscription, and a new item of it.
import { type Place, Refusal } from '../core/define.ts';
import { planOf } from './plan-of.ts';
import type { Item, Metadata, Price } from './shapes.ts';

export type Ordered = { price: Price; quantity: number; metadata: Metadata };

/** All items of one subscription renew at one pace and in one currency. */
export function commonPace(prices: readonly Price[]): NonNullable<Price['recurring']> {
  const [first] = prices;
  if (!first) throw new Refusal(400, { message: 'Missing required param: items.', code: 'parameter_missing', param: 'items' });
  for (const price of prices) {
    if (!price.recurring)
      throw new Refusal(400, {
        message: `The price specified is set to \`type=one_time\` but this field only accepts prices with \`type=recurring\`.`,
        param: 'items[0][price]',
      });
    if (price.currency !== first.currency) throw new Refusal(400, { message: 'All prices on a subscription must have the same currency.', param: 'items' });
    if (price.recurring.interval !== first.recurring?.interval || price.recurring.interval_count !== first.recurring.interval_count)
      throw new Refusal(400, { message: 'This sandbox carries only prices of one interval on a subscription.', param: 'items' });
  }
  if (!first.recurring) throw new Refusal(400, { message: 'Missing required param: items.', code: 'parameter_missing', param: 'items' });
  if (new Set(prices.map((price) => price.id)).size < prices.length)
    throw new Refusal(400, { message: 'Cannot add multiple subscription items with the same price.', param: 'items' });
  return first.recurring;
}

/** Retired prices go on where they run and take on nobody new. */
export function refuseRetired(prices: readonly Price[]): void {
  if (prices.every(({ active }) => active)) return;
  throw new Refusal(400, {
    message: 'The price specified is inactive. This field only accepts active prices.',
    code: 'price_inactive',
    param: 'items[0][price]',
  });
}

export function itemOf(place: Place, subscription: string, { price, quantity, metadata }: Ordered, period: { start: number; end: number }): Item {
  return {
    id: place.newId('si'),
    object: 'subscription_item',
    billing_thresholds: null,
    created: place.now,
    current_period_end: period.end,
    current_period_start: period.start,
    current_trial: null,
    discounts: [],
    metadata,
    plan: planOf(price),
    price,
    quantity,
    subscription,
    tax_rates: [],
  };
}
