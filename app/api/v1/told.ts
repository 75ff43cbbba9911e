// What became of a write, in Stripe's terms: its object, an operation to follow, or a refusal in Stripe's envelope.
import { entryOf } from '#lib/catalogue/index.ts';
import { AppError } from '#lib/errors.ts';
import type { Ledger } from '#lib/ledger.ts';
import { confirmNow } from '#lib/mirror/confirm.ts';
import { formatMoney } from '#lib/money.ts';
import type { Outcome } from '#lib/perform/run.ts';
import { findObject } from '#lib/read/find.ts';
import { findAsked } from '#lib/read/operation.ts';
import { FOLLOW_AFTER, operationPath, shapeOf } from './operation-shape.ts';
import { present } from './present.ts';
import type { Reply } from './respond.ts';
import { refusalBody } from './refusal.ts';

/** `kept`: an operation stands behind it, so that the same key gets this answer again. */
export type Told = Reply & { readonly kept: boolean };

/** `named` is the parameter that named the payment. */
export async function toldOf(ledger: Ledger | null, outcome: Outcome, named: string): Promise<Told> {
  switch (outcome.kind) {
    case 'accepted':
      return (await refundOf(ledger, outcome)) ?? operationOf(ledger, outcome.operation);
    case 'no_answer':
    case 'held':
    case 'needs_review':
    case 'done':
      return operationOf(ledger, outcome.operation);
    case 'refused':
      return refusedByStripe(ledger, outcome);
    default:
      return refusedHere(outcome, named);
  }
}

/** As the mirror has it. A copy of the very second of the answer may still be the one before it; it is read again then, and null where it cannot be. */
async function refundOf(ledger: Ledger | null, { object: id, status }: Extract<Outcome, { kind: 'accepted' }>): Promise<Told | null> {
  if (!ledger || !id) return null;
  const find = () => findObject(ledger, entryOf('refund'), id);
  let found = await find();
  if (found?.data['status'] !== status) {
    const confirmed = await confirmNow(ledger, [{ type: 'refund', id }]).then(
      () => true,
      () => false,
    );
    found = confirmed ? await find() : null;
  }
  return found && told(200, present(found), true);
}

async function operationOf(ledger: Ledger | null, id: string): Promise<Told> {
  const asked = ledger && (await findAsked(ledger, id));
  if (!asked) throw new Error(`Operation ${id} is gone.`);
  return told(202, shapeOf(asked), true, { Location: operationPath(id), 'Retry-After': FOLLOW_AFTER });
}

/** Stripe's own status, code, message and request id: a client reads them as if Stripe had been asked by itself. */
async function refusedByStripe(ledger: Ledger | null, { operation, code, message, request }: Extract<Outcome, { kind: 'refused' }>): Promise<Told> {
  const last = (ledger && (await findAsked(ledger, operation)))?.last_error;
  // What a person decided here, or withdrew, has an earlier answer of Stripe's behind it at most.
  const error = last?.kind === 'refused' && last.message === message ? last : null;
  const status = error?.status !== undefined && error.status >= 400 && error.status < 500 ? error.status : 400;
  const body = {
    error: {
      type: error?.type ?? 'invalid_request_error',
      ...(code ? { code } : {}),
      message,
      ...(error?.param ? { param: error.param } : {}),
      ...(request ? { stripe_request_id: request } : {}),
      operation: `op_${operation}`,
    },
  };
  return told(status, body, true, request ? { 'Stripe-Request-Id': request } : {});
}

type Here = Exclude<Outcome, { kind: 'accepted' | 'no_answer' | 'held' | 'needs_review' | 'done' | 'refused' }>;

function refusedHere(outcome: Here, named: string): Told {
  const refuse = (status: number, code: string, message: string, param?: string, headers: Record<string, string> = {}): Told =>
    told(status, refusalBody('invalid_request_error', code, `${message} Nothing was sent to Stripe.`, param), false, headers);
  const money = (amount: bigint, currency: string) => formatMoney(amount, currency, 'en');
  switch (outcome.kind) {
    case 'over_limit':
      return refuse(403, 'over_limit', overLimit(outcome, money), 'amount');
    case 'needs_password':
      return refuse(
        403,
        'needs_password',
        `Refunds above ${money(outcome.above, outcome.currency)} need a person’s password, which a key does not have.`,
        'amount',
      );
    case 'same_again':
      return refuse(
        400,
        'same_amount_again',
        `${money(outcome.amount, outcome.currency)} left this payment ${outcome.secondsAgo} s ago. If the same amount is meant once more, send again=true.`,
        'again',
      );
    case 'in_flight':
      return refuse(
        409,
        'refund_in_flight',
        `A refund of ${money(outcome.amount, outcome.currency)} of this payment is on its way to Stripe. Try again when it has its answer.`,
        named,
        { 'Retry-After': FOLLOW_AFTER },
      );
    case 'changed':
      return refuse(409, 'payment_changed', `This payment has changed: ${money(outcome.left, outcome.currency)} is left.`, 'amount');
    case 'invalid':
      return refuse(400, ...invalid(outcome, money));
    case 'unavailable':
      return refuse(400, ...unavailable(outcome.why, named));
    case 'pick_payment':
      return refuse(400, 'several_payments', 'Several payments paid this invoice. Name the one to refund.', 'payment_intent');
  }
}

type Money = (amount: bigint, currency: string) => string;

function overLimit({ each, day, used, currency }: Extract<Outcome, { kind: 'over_limit' }>, money: Money): string {
  if (each === null && day === null) return `There is no refund limit in ${currency.toUpperCase()}, and one is needed to refund in it.`;
  if (day === null)
    return `A key refunds up to ${money(each!, currency)} at a time: above that the workspace asks for a person’s password, which a key does not have. Raise the amount in Counterpart under Settings, Refund limits, or let a person refund it.`;
  return `The limit is ${each === null ? '' : `${money(each, currency)} per refund, `}${money(day, currency)} a day, of which ${money(used, currency)} is used.`;
}

function invalid({ field, why, left, currency }: Extract<Outcome, { kind: 'invalid' }>, money: Money): [string, string, string] {
  if (why === 'above_left')
    return left === undefined || currency === undefined
      ? ['amount_too_large', 'The amount is larger than any payment.', field]
      : ['amount_too_large', `At most ${money(left, currency)} is left of this payment.`, field];
  if (why === 'decimals') return ['parameter_invalid_integer', 'Stripe takes amounts in this currency only in tens of the minor unit.', field];
  if (why === 'zero') return ['parameter_invalid_integer', 'The amount is not above 0, or nothing is left to refund.', field];
  return ['parameter_invalid', `The parameter ${field} is not as it should be.`, field];
}

function unavailable(why: Extract<Outcome, { kind: 'unavailable' }>['why'], named: string): [string, string, string] {
  const [code, message] = reasons[why];
  return [code, message, named];
}

/** Stripe's own code where Stripe has one. */
const reasons: Readonly<Record<Extract<Outcome, { kind: 'unavailable' }>['why'], readonly [string, string]>> = {
  not_captured: ['charge_not_refundable', 'Nothing of this payment was captured, so there is nothing to refund.'],
  already_refunded: ['charge_already_refunded', 'All of this payment is refunded.'],
  disputed: ['charge_disputed', 'The customer disputes this payment; it cannot be refunded while the dispute is open.'],
  disconnected: ['not_connected', 'Stripe is not connected, so nothing can be refunded from here.'],
  closed_ledger: ['closed_ledger', 'This payment belongs to a closed ledger, which can only be read.'],
  restored_copy: ['restored_copy', 'This is a restored copy of a deployment. Acts on Stripe are off until an owner decides.'],
  unknown_currency: ['currency_unknown', 'The minor units of this currency are not known, so amounts in it cannot be taken.'],
};

function told(status: number, body: unknown, kept: boolean, headers: Readonly<Record<string, string>> = {}): Told {
  return { status, body: JSON.stringify(body), headers, kept };
}

/** The parameter as the caller knows it, where the engine speaks of `payment`. */
export function renamed(error: unknown, named: string): unknown {
  if (!(error instanceof AppError) || (error.param !== 'payment' && error.param !== 'refund')) return error;
  return new AppError(error.code, error.message, { param: named, detail: { ...error.detail }, cause: error });
}
