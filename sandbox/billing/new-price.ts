import { type Params, type Place, Refusal } from '../core/define.ts';
import { flag, hash, mergedMetadata, missing, needText, text } from '../core/given.ts';
import { needCurrency, oneOf, only, wholeNumber } from './asked.ts';
import { newProduct } from './new-product.ts';
import type { Price } from './shapes.ts';
import { lineAmount } from './totals.ts';

export function newPrice(place: Place, params: Params): Price {
  only(params, [
    'active',
    'billing_scheme',
    'currency',
    'lookup_key',
    'metadata',
    'nickname',
    'product',
    'product_data',
    'recurring',
    'tax_behavior',
    'unit_amount',
    'unit_amount_decimal',
  ]);
  if (oneOf(params, 'billing_scheme', ['per_unit', 'tiered']) === 'tiered')
    throw new Refusal(400, { message: 'This sandbox does not carry tiered prices.', param: 'billing_scheme' });
  const data = hash(params, 'product_data');
  const currency = needCurrency(params);
  const amount = unitAmount(params);
  const product = data ? newProduct(place, data).id : place.need('product', needText(params, 'product'), 'product').id;
  const recurring = pace(params);
  const price = place.put<Price>({
    id: place.newId('price'),
    object: 'price',
    active: flag(params, 'active') ?? true,
    billing_scheme: 'per_unit',
    created: place.now,
    currency,
    custom_unit_amount: null,
    livemode: place.livemode,
    lookup_key: text(params, 'lookup_key') ?? null,
    metadata: mergedMetadata(null, params),
    nickname: text(params, 'nickname') ?? null,
    product,
    recurring,
    tax_behavior: oneOf(params, 'tax_behavior', ['exclusive', 'inclusive', 'unspecified']) ?? 'unspecified',
    tiers_mode: null,
    transform_quantity: null,
    type: recurring ? 'recurring' : 'one_time',
    ...amount,
  });
  place.emit('price.created', price);
  return price;
}

function unitAmount(params: Params): Pick<Price, 'unit_amount' | 'unit_amount_decimal'> {
  const whole = wholeNumber(params, 'unit_amount', 0, 99_999_999_999);
  const exact = text(params, 'unit_amount_decimal');
  if (whole !== undefined) return { unit_amount: whole, unit_amount_decimal: String(whole) };
  if (!exact) throw missing('unit_amount');
  if (lineAmount(exact, 1) < 0) throw new Refusal(400, { message: 'This value must be greater than or equal to 0.', param: 'unit_amount_decimal' });
  return { unit_amount: /^\d+(\.0+)?$/.test(exact) ? lineAmount(exact, 1) : null, unit_amount_decimal: exact };
}

const LONGEST = { day: 1095, week: 156, month: 36, year: 3 }; // three years

function pace(params: Params): Price['recurring'] {
  const given = hash(params, 'recurring');
  if (!given) return null;
  only(given, ['interval', 'interval_count', 'trial_period_days', 'usage_type']);
  const interval = oneOf(given, 'interval', ['day', 'week', 'month', 'year']);
  if (!interval) throw missing('recurring[interval]');
  if (oneOf(given, 'usage_type', ['licensed', 'metered']) === 'metered')
    throw new Refusal(400, { message: 'This sandbox does not carry metered prices.', param: 'recurring[usage_type]' });
  return {
    interval,
    interval_count: wholeNumber(given, 'interval_count', 1, LONGEST[interval]) ?? 1,
    meter: null,
    trial_period_days: wholeNumber(given, 'trial_period_days', 0, 730) ?? null,
    usage_type: 'licensed',
  };
}
