// The fields of a payment intent: what a bare one has, and what a request may set.
import { type Params, type Place, Refusal, type StripeObject } from '../core/define.ts';
import { hash, mergedMetadata, text, textOr } from '../core/given.ts';
import { letters } from '../core/id.ts';
import { shippingOf } from './customer.ts';
import { methodOf } from './payment-method.ts';

/** The method a request names or describes, checked against the customer it may belong to. */
export function chosenMethod(place: Place, params: Params, customer: string | null): StripeObject | null {
  const given = text(params, 'payment_method');
  if (!given) return null;
  const method = methodOf(place, given);
  if (method.customer && method.customer !== customer) {
    throw new Refusal(400, {
      message: customer
        ? `The provided PaymentMethod (${method.id}) does not belong to the Customer (${customer}).`
        : 'The provided PaymentMethod belongs to a Customer. You must include the Customer in the parameters to use it.',
    });
  }
  if (method.detached) {
    throw new Refusal(400, {
      message:
        'The provided PaymentMethod was previously used with a PaymentIntent without Customer attachment, shared with a connected account without Customer attachment, or was detached from a Customer. It may not be used again. To use a PaymentMethod multiple times, you must attach it to a Customer first.',
    });
  }
  return method;
}

export function withGiven(old: StripeObject, params: Params): StripeObject {
  return {
    ...old,
    description: textOr(params, 'description', old.description),
    metadata: mergedMetadata(old.metadata, params),
    receipt_email: textOr(params, 'receipt_email', old.receipt_email),
    shipping: shippingOf(hash(params, 'shipping'), old.shipping),
    statement_descriptor: textOr(params, 'statement_descriptor', old.statement_descriptor),
    statement_descriptor_suffix: textOr(params, 'statement_descriptor_suffix', old.statement_descriptor_suffix),
    transfer_group: textOr(params, 'transfer_group', old.transfer_group),
  };
}

/** An intent as it is before anything was said about it. */
export function bareIntent(place: Place, amount: number, currency: string): StripeObject {
  const id = place.newId('pi');
  return {
    id,
    object: 'payment_intent',
    allowed_payment_method_types: null,
    amount,
    amount_capturable: 0,
    amount_details: { tip: {} },
    amount_received: 0,
    application: place.application,
    application_fee_amount: null,
    automatic_payment_methods: null,
    canceled_at: null,
    cancellation_reason: null,
    capture_method: 'automatic_async',
    client_secret: `${id}_secret_${letters(25)}`,
    confirmation_method: 'automatic',
    created: place.now,
    currency,
    customer: null,
    customer_account: null,
    description: null,
    excluded_payment_method_types: null,
    last_payment_error: null,
    latest_charge: null,
    livemode: place.livemode,
    managed_payments: null,
    metadata: {},
    next_action: null,
    on_behalf_of: null,
    payment_method: null,
    payment_method_configuration_details: null,
    payment_method_options: { card: { installments: null, mandate_options: null, network: null, request_three_d_secure: 'automatic' } },
    payment_method_types: ['card'],
    payment_record: null,
    processing: null,
    receipt_email: null,
    review: null,
    setup_future_usage: null,
    shipping: null,
    source: null,
    statement_descriptor: null,
    statement_descriptor_suffix: null,
    status: 'requires_payment_method',
    transfer_data: null,
    transfer_group: null,
  };
}
