import { type ObjectType, type Place, Refusal, type StripeObject } from '../core/define.ts';
import { flag, hash } from '../core/given.ts';
import { formerValues, putChanged } from '../billing/changed.ts';
import { newPrice } from '../billing/new-price.ts';
import { changedProduct, newProduct } from '../billing/new-product.ts';

export const product: ObjectType = {
  object: 'product',
  prefix: 'prod',
  collection: 'products',
  indexes: [],
  expandable: { default_price: 'price' },
  listFilters: {},
  listed: (one, params) =>
    (flag(params, 'active') ?? one.active) === one.active &&
    (flag(params, 'shippable') ?? one.shippable) === one.shippable &&
    (!Array.isArray(params.ids) || params.ids.includes(one.id)),
  routes: [
    {
      method: 'POST',
      path: '/v1/products',
      run: (place, { params }) => {
        const made = newProduct(place, params);
        const priced = hash(params, 'default_price_data');
        if (!priced) return made;
        const price = newPrice(place, { ...priced, product: made.id });
        return putChanged(place, 'product.updated', made, { ...made, default_price: price.id });
      },
    },
    {
      method: 'POST',
      path: '/v1/products/{id}',
      run: (place, { params, path }) => update(place, place.need('product', path.id ?? ''), params),
    },
    {
      method: 'DELETE',
      path: '/v1/products/{id}',
      run: (place, { path }) => {
        const gone = place.need('product', path.id ?? '');
        if (place.all('price', { product: gone.id }).length > 0)
          throw new Refusal(400, { message: 'This product cannot be deleted because it has one or more user-created prices.' });
        const answer = place.remove('product', gone.id);
        place.emit('product.deleted', gone);
        return answer;
      },
    },
  ],
};

function update(place: Place, before: StripeObject, params: Parameters<typeof changedProduct>[2]): StripeObject {
  const after = changedProduct(place, before, params);
  const changed = Object.keys(formerValues(before, after)).some((field) => field !== 'updated');
  return changed ? putChanged(place, 'product.updated', before, after) : before;
}
