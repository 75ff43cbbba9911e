// What a person can do at the console in the customer's or in Stripe's part. Each act answers with the sentence that says what happened.
import { amountOf, moneyText } from './money-text.ts';
import type { ConsoleDesk } from './desk.ts';
import { handOf, type Hand, type Made } from '../world/hand.ts';

/** An act that cannot be done, in words for the person at the console. */
export class Refused extends Error {}

/** Stripe's words (FACTS §5). */
const FAILURE_REASONS: readonly string[] = [
  'lost_or_stolen_card',
  'expired_or_canceled_card',
  'charge_for_pending_refund_disputed',
  'insufficient_funds',
  'declined',
  'merchant_request',
  'unknown',
];

type Act = (desk: ConsoleDesk, hand: Hand, form: URLSearchParams) => { said: string; show?: string } | Promise<{ said: string; show?: string }>;

export async function act(desk: ConsoleDesk, account: string, name: string, form: URLSearchParams): Promise<{ said: string; show?: string }> {
  const one = Object.hasOwn(ACTS, name) ? ACTS[name as keyof typeof ACTS] : undefined;
  if (!one) throw new Refused(`There is no act “${name}”.`);
  return one(desk, handOf(account, desk.call), form);
}

const ACTS = {
  'new-payment': (_desk, hand, form) => {
    const currency = field(form, 'currency').toLowerCase();
    if (!/^[a-z]{3}$/.test(currency)) throw new Refused('The currency is three letters, such as USD.');
    const amount = amountOf(field(form, 'amount'), currency);
    if (amount === null) throw new Refused(`“${field(form, 'amount')}” is no amount in ${currency.toUpperCase()}.`);
    const customer = optional(form, 'customer');
    const description = optional(form, 'description');
    const reply = hand.ask('POST', '/v1/payment_intents', {
      amount,
      currency,
      payment_method: field(form, 'card'),
      confirm: true,
      return_url: 'https://example.com/thanks',
      ...(customer ? { customer } : {}),
      ...(description ? { description } : {}),
      ...(form.get('hold') ? { capture_method: 'manual' } : {}),
    });
    const intent = intentOf(reply.body);
    if (!intent) throw new Refused(messageOf(reply.body));
    return { said: `Payment of ${moneyText(amount, currency)}: ${String(intent.status).replaceAll('_', ' ')}.`, show: intent.id };
  },
  'pay-invoice': (_desk, hand, form) => {
    const { invoice, reply } = payInvoice(hand, field(form, 'id'), 'pm_card_visa');
    if (reply.status >= 300) throw new Refused(messageOf(reply.body));
    return { said: 'The customer paid it.', show: invoice };
  },
  'fail-invoice': (_desk, hand, form) => {
    const { invoice, reply } = payInvoice(hand, field(form, 'id'), 'pm_card_chargeCustomerFail');
    if (reply.status !== 402) throw new Refused(reply.status < 300 ? 'It was paid after all.' : messageOf(reply.body));
    return { said: 'The customer tried with a card that was declined.', show: invoice };
  },
  authenticate: (desk, hand, form) => {
    const passes = form.get('passes') === 'yes';
    desk.authenticate(hand.account, field(form, 'id'), passes);
    return { said: passes ? 'The customer completed 3-D Secure.' : 'The customer failed 3-D Secure.', show: field(form, 'id') };
  },
  dispute: (desk, hand, form) => {
    const kind = field(form, 'kind');
    if (kind !== 'fraudulent' && kind !== 'product_not_received' && kind !== 'inquiry') throw new Refused('Choose what kind of dispute it is.');
    return {
      said: kind === 'inquiry' ? 'The customer’s bank asks about the charge.' : 'The customer disputes the charge.',
      show: desk.dispute(hand.account, field(form, 'id'), kind),
    };
  },
  'close-dispute': (desk, hand, form) => {
    const how = form.get('how') === 'won' ? 'won' : 'lost';
    desk.closeDispute(hand.account, field(form, 'id'), how);
    return { said: `The bank decided: ${how}.`, show: field(form, 'id') };
  },
  'fail-refund': (desk, hand, form) => {
    const reason = optional(form, 'reason') ?? 'expired_or_canceled_card';
    if (!FAILURE_REASONS.includes(reason)) throw new Refused(`A refund does not fail for “${reason}”.`);
    desk.failRefund(hand.account, field(form, 'id'), reason);
    return { said: 'The refund failed afterwards; its money came back.', show: field(form, 'id') };
  },
  'settle-refund': (desk, hand, form) => {
    desk.settleRefund(hand.account, field(form, 'id'));
    return { said: 'The refund reached the customer.', show: field(form, 'id') };
  },
  'require-refund-action': (desk, hand, form) => {
    desk.requireRefundAction(hand.account, field(form, 'id'));
    return { said: 'The customer has to give bank details first.', show: field(form, 'id') };
  },
  'give-refund-details': (desk, hand, form) => {
    desk.giveRefundDetails(hand.account, field(form, 'id'));
    return { said: 'The customer gave bank details; the refund is pending.', show: field(form, 'id') };
  },
  revoke: (desk, hand) => {
    desk.revoke(hand.account);
    return { said: 'The merchant took the app’s access away in the dashboard. Its next call is refused.' };
  },
  resend: (desk, hand, form) => {
    desk.resend(hand.account, field(form, 'id'));
    return { said: 'Sent again to every endpoint that listens.', show: field(form, 'id') };
  },
} as const satisfies Record<string, Act>;

function payInvoice(hand: Hand, invoice: string, card: string): { invoice: string; reply: ReturnType<Hand['ask']> } {
  const { customer } = hand.get(`/v1/invoices/${encodeURIComponent(invoice)}`);
  const method = hand.post(`/v1/payment_methods/${card}/attach`, { customer });
  return { invoice, reply: hand.ask('POST', `/v1/invoices/${encodeURIComponent(invoice)}/pay`, { payment_method: method.id }) };
}

/** A declined payment answers 402 with the whole intent inside the error. */
function intentOf(body: { [field: string]: unknown }): Made | null {
  const error = body.error as { payment_intent?: Made } | undefined; // Stripe's envelope, made by the sandbox
  if (error) return error.payment_intent ?? null;
  return body as Made;
}

function messageOf(body: { [field: string]: unknown }): string {
  const error = body.error as { message?: string } | undefined; // Stripe's envelope, made by the sandbox
  return error?.message ?? 'The sandbox refused without a message.';
}

function field(form: URLSearchParams, name: string): string {
  const value = optional(form, name);
  if (!value) throw new Refused(`${name} is missing.`);
  return value;
}

function optional(form: URLSearchParams, name: string): string | null {
  return form.get(name)?.trim() || null;
}
