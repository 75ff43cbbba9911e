// What Stripe's own refund request may say, in Stripe's words, and what the engine is asked for it. Strict: an unknown parameter is refused by name.
import { z } from 'zod';
import { AppError } from '#lib/errors.ts';
import type { Params } from './body.ts';

const metadata = z.record(z.string(), z.string());

const refund = z.strictObject({
  charge: z
    .string()
    .regex(/^(ch|py)_\w{1,240}$/)
    .optional(),
  payment_intent: z
    .string()
    .regex(/^pi_\w{1,240}$/)
    .optional(),
  /** Minor units, a form's as digits. */
  amount: z.union([z.int().positive(), z.string().regex(/^[1-9]\d{0,14}$/)]).optional(),
  reason: z.enum(['duplicate', 'fraudulent', 'requested_by_customer']).optional(),
  metadata: metadata.optional(),
  /** Ours: the same amount left this payment within ten minutes, and is meant once more. */
  again: z.union([z.boolean(), z.enum(['true', 'false']).transform((word) => word === 'true')]).optional(),
});

const expected: Readonly<Record<string, string>> = {
  charge: 'a charge’s id, such as ch_1PsH…',
  payment_intent: 'a payment intent’s id, such as pi_3PsH…',
  amount: 'a whole number of minor units above 0, at most 15 digits; leave it out to refund all that is left',
  reason: 'duplicate, fraudulent or requested_by_customer; your own words belong into metadata',
  metadata: 'an object of texts',
  again: 'true or false',
};

export type RefundRequest = {
  readonly payment: string;
  /** The parameter that named the payment. */
  readonly named: 'charge' | 'payment_intent';
  readonly amount?: string;
  readonly reason?: string;
  readonly metadata?: Record<string, string>;
  readonly again?: true;
};

/** Throws bad_request that names the parameter. */
export function readRefund(params: Params): RefundRequest {
  const read = refund.safeParse(params);
  if (!read.success) throw refusalOf(read.error);
  const { charge, payment_intent: intent, amount, reason, metadata: pairs, again } = read.data;
  if ((charge === undefined) === (intent === undefined))
    throw new AppError('bad_request', 'Give one of charge and payment_intent: the payment to refund.', {
      param: charge === undefined ? 'payment_intent' : 'charge',
      detail: { code: charge === undefined ? 'parameter_missing' : 'parameters_exclusive' },
    });
  requireMetadata(params['metadata']);
  return {
    payment: (charge ?? intent)!,
    named: charge === undefined ? 'payment_intent' : 'charge',
    ...(amount === undefined ? {} : { amount: String(amount) }),
    ...(reason === undefined ? {} : { reason }),
    ...(pairs === undefined ? {} : { metadata: pairs }),
    ...(again ? { again } : {}),
  };
}

/** A request that takes no parameters of its own. Throws bad_request that names the first one given. */
export function readNothing(params: Params): null {
  const [name] = Object.keys(params);
  if (name !== undefined) throw unknown(name);
  return null;
}

const MOST_PAIRS = 48;
const LONGEST_KEY = 40;
const LONGEST_VALUE = 500;
/** op_id ties a refund to its operation; note holds what a person wrote. */
const ours = new Set(['op_id', 'note']);

/** Over the pairs as they came: a key such as __proto__ must not get lost on the way. */
function requireMetadata(given: unknown): void {
  const pairs = Object.entries((given ?? {}) as Record<string, string>);
  const refuse = (key: string | null, why: string) =>
    new AppError('bad_request', why, { param: key === null ? 'metadata' : `metadata[${shown(key)}]`, detail: { code: 'parameter_invalid' } });
  if (pairs.length > MOST_PAIRS) throw refuse(null, `Metadata holds at most ${MOST_PAIRS} keys: Stripe takes 50, and two are ours.`);
  for (const [key, value] of pairs) {
    if (ours.has(key)) throw refuse(key, `The metadata keys ${[...ours].join(' and ')} are kept for Counterpart.`);
    if (key === '__proto__' || key === '' || key.length > LONGEST_KEY || !isText(key))
      throw refuse(key, `A metadata key is text of 1 to ${LONGEST_KEY} characters, and not __proto__.`);
    if (value.length > LONGEST_VALUE || !isText(value)) throw refuse(key, `A metadata value is text of at most ${LONGEST_VALUE} characters.`);
  }
}

/** PostgreSQL takes neither NUL nor half a surrogate pair. */
function isText(text: string): boolean {
  return !text.includes('\u0000') && text.isWellFormed();
}

function refusalOf({ issues }: z.ZodError): AppError {
  const issue = issues[0]!;
  if (issue.code === 'unrecognized_keys') return unknown(issue.keys[0]!);
  const [name, key] = issue.path.map(String);
  return new AppError('bad_request', `Invalid ${name}: expected ${expected[name!]}.`, {
    param: key === undefined ? name! : `${name}[${shown(key)}]`,
    detail: { code: name === 'amount' ? 'parameter_invalid_integer' : 'parameter_invalid' },
  });
}

function unknown(name: string): AppError {
  return new AppError('bad_request', `Received unknown parameter: ${shown(name)}`, { param: shown(name), detail: { code: 'parameter_unknown' } });
}

function shown(name: string): string {
  return name.replaceAll('\u0000', '').toWellFormed().slice(0, 100);
}
