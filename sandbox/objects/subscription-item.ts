import type { ObjectType } from '../core/define.ts';

export const subscriptionItem: ObjectType = {
  object: 'subscription_item',
  prefix: 'si',
  collection: 'subscription_items',
  indexes: ['subscription'],
  listFilters: { subscription: 'subscription' },
};
