import { belief, type ObjectType } from '../core/define.ts';
import { flag, mergedMetadata, textOr } from '../core/given.ts';
import { oneOf, only } from '../billing/asked.ts';
import { putChanged } from '../billing/changed.ts';
import { newPrice } from '../billing/new-price.ts';
import { needPrice } from '../billing/shapes.ts';

belief('GET /v1/prices without a filter answers active prices only');

export const price: ObjectType = {
  object: 'price',
  prefix: 'price',
  collection: 'prices',
  indexes: ['product', 'currency', 'type'],
  expandable: { product: 'product' },
  listFilters: { product: 'product', currency: 'currency', type: 'type' },
  listed: (one, params) =>
    one.active === (flag(params, 'active') ?? true) && (!Array.isArray(params.lookup_keys) || params.lookup_keys.includes(one.lookup_key)),
  routes: [
    { method: 'POST', path: '/v1/prices', run: (place, { params }) => newPrice(place, params) },
    {
      method: 'POST',
      path: '/v1/prices/{id}',
      run: (place, { params, path }) => {
        only(params, ['active', 'lookup_key', 'metadata', 'nickname', 'tax_behavior']);
        const before = needPrice(place, path.id ?? '');
        return putChanged(place, 'price.updated', before, {
          ...before,
          active: flag(params, 'active') ?? before.active,
          lookup_key: textOr(params, 'lookup_key', before.lookup_key),
          metadata: mergedMetadata(before.metadata, params),
          nickname: textOr(params, 'nickname', before.nickname),
          tax_behavior: oneOf(params, 'tax_behavior', ['exclusive', 'inclusive', 'unspecified']) ?? before.tax_behavior,
        });
      },
    },
  ],
};
