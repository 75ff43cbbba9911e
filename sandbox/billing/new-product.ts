import { type Params, type Place, Refusal, type StripeObject } from '../core/define.ts';
import { flag, mergedMetadata, needText, text, textOr } from '../core/given.ts';
import { only } from './asked.ts';

const PRODUCT_PARAMS = [
  'active',
  'default_price',
  'description',
  'images',
  'metadata',
  'name',
  'shippable',
  'statement_descriptor',
  'tax_code',
  'unit_label',
  'url',
] as const;

export function newProduct(place: Place, params: Params): StripeObject {
  only(params, [...PRODUCT_PARAMS.filter((name) => name !== 'default_price'), 'id', 'type', 'default_price_data']);
  const id = text(params, 'id') ?? place.newId('prod');
  if (id.length > 255) throw new Refusal(400, { message: 'Invalid string: id must be at most 255 characters', param: 'id' });
  if (place.find('product', id)) throw new Refusal(400, { message: `Product already exists with ID ${id}.`, code: 'resource_already_exists', param: 'id' });
  const product = place.put({
    id,
    object: 'product',
    active: flag(params, 'active') ?? true,
    created: place.now,
    default_price: null,
    description: text(params, 'description') ?? null,
    images: images(params) ?? [],
    livemode: place.livemode,
    marketing_features: [],
    metadata: mergedMetadata(null, params),
    name: needText(params, 'name'),
    package_dimensions: null,
    shippable: flag(params, 'shippable') ?? null,
    statement_descriptor: text(params, 'statement_descriptor') ?? null,
    tax_code: text(params, 'tax_code') ?? null,
    tax_details: null,
    type: text(params, 'type') ?? 'service',
    unit_label: text(params, 'unit_label') ?? null,
    updated: place.now,
    url: text(params, 'url') ?? null,
  });
  place.emit('product.created', product);
  return product;
}

/** The product with the request's changes, not yet stored. */
export function changedProduct(place: Place, product: StripeObject, params: Params): StripeObject {
  only(params, PRODUCT_PARAMS);
  const price = textOr(params, 'default_price', product.default_price);
  if (typeof price === 'string' && place.need('price', price, 'default_price').product !== product.id)
    throw new Refusal(400, { message: `The price ${price} does not belong to the product ${product.id}.`, param: 'default_price' });
  return {
    ...product,
    active: flag(params, 'active') ?? product.active,
    default_price: price,
    description: textOr(params, 'description', product.description),
    images: images(params) ?? product.images,
    metadata: mergedMetadata(product.metadata, params),
    name: params.name === undefined ? product.name : needText(params, 'name'),
    shippable: flag(params, 'shippable') ?? product.shippable,
    statement_descriptor: textOr(params, 'statement_descriptor', product.statement_descriptor),
    tax_code: textOr(params, 'tax_code', product.tax_code),
    unit_label: textOr(params, 'unit_label', product.unit_label),
    updated: place.now,
    url: textOr(params, 'url', product.url),
  };
}

function images(params: Params): string[] | undefined {
  const given = params.images;
  if (given === undefined) return undefined;
  if (given === '') return [];
  if (!Array.isArray(given) || given.length > 8) throw new Refusal(400, { message: 'Invalid array: images takes up to 8 addresses', param: 'images' });
  return given.map(String);
}
