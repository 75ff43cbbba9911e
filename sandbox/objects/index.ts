// All types this sandbox has. A type exists once its line stands here.
import type { ObjectType } from '../core/define.ts';
import { customer } from './customer.ts';
import { paymentMethod } from './payment-method.ts';
import { webhookEndpoint } from './webhook-endpoint.ts';

export const TYPES: readonly ObjectType[] = [customer, paymentMethod, webhookEndpoint];
