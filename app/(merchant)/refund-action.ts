'use server';
// The refund form's server action: translates the form, asks the engine, translates the outcome. A public endpoint, so every argument is checked.
import { randomUUID } from 'node:crypto';
import type { RefundLimit, RefundOutcome } from '#components/operation/refund-outcome.ts';
import { merchantForRequest } from '#lib/access/session.ts';
import { db } from '#lib/db.ts';
import { AppError } from '#lib/errors.ts';
import { href } from '#lib/href.ts';
import type { Merchant } from '#lib/merchant.ts';
import { t } from '#lib/messages/index.ts';
import { toDecimal } from '#lib/money.ts';
import { refundableOf } from '#lib/perform/refundable.ts';
import { perform, type Outcome } from '#lib/perform/run.ts';
import { mayRefund } from '#lib/perform/who-may.ts';

export async function refundAction(slug: string, mode: string, payment: string, _previous: RefundOutcome | null, form: FormData): Promise<RefundOutcome> {
  try {
    const merchant = await merchantForRequest(slug, mode, 'refund');
    return await ask(merchant, payment, form);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    if (error.code === 'signed_out') return { kind: 'signed_out' };
    if (error.code === 'forbidden' || error.code === 'cross_origin') return { kind: 'forbidden' };
    return { kind: 'not_sent', message: error.message, token: randomUUID() };
  }
}

async function ask(merchant: Merchant, payment: string, form: FormData): Promise<RefundOutcome> {
  const note = textOf(form, 'note');
  const seenLeft = textOf(form, 'seen_left');
  const input = {
    payment,
    amount: textOf(form, 'amount_minor'),
    reason: textOf(form, 'reason'),
    ...(note ? { note } : {}),
    ...(seenLeft ? { seenLeft } : {}),
    ...(textOf(form, 'again') === 'yes' ? { again: true } : {}),
  };
  try {
    return await told(merchant, await perform(merchant, 'refund_payment', input, { clientToken: textOf(form, 'client_token') }), input.amount);
  } catch (error) {
    // The form was sent before with other figures: it starts over from the present ones.
    if (!(error instanceof AppError) || error.code !== 'idempotency_mismatch' || !merchant.ledger) throw error;
    const { left, refunded } = await refundableOf(merchant.ledger, payment);
    return { kind: 'changed', figures: { left: left.toString(), alreadyRefunded: refunded.toString() }, token: randomUUID() };
  }
}

async function told(merchant: Merchant, outcome: Outcome, asked: string): Promise<RefundOutcome> {
  const token = randomUUID();
  switch (outcome.kind) {
    case 'accepted':
      return {
        kind: 'accepted',
        amount: amountOf(outcome.amount ?? 0n, outcome.currency ?? ''),
        status: outcome.status,
        ...(outcome.object ? { refund: outcome.object } : {}),
      };
    case 'held':
      return { kind: 'held' };
    case 'needs_review':
      return { kind: 'needs_review', href: href(merchant, 'refunds', `op_${outcome.operation}`) };
    case 'no_answer':
    case 'done':
      return { kind: 'no_answer' };
    case 'refused':
      return { kind: 'refused', code: outcome.code, message: outcome.message, request: outcome.request, token };
    case 'invalid':
      return invalid(outcome.field, outcome.why);
    case 'changed':
      return { kind: 'changed', figures: { left: outcome.left.toString(), alreadyRefunded: outcome.refunded.toString() }, token };
    case 'in_flight':
      return { kind: 'in_flight', amount: amountOf(outcome.amount, outcome.currency), token };
    case 'unavailable':
      return {
        kind: 'not_sent',
        message:
          outcome.why === 'unknown_currency'
            ? t('refund.off.unknown_currency', { currency: (outcome.currency ?? '').toUpperCase() })
            : t(`refund.off.${outcome.why}`),
        token,
      };
    case 'over_limit':
      return { kind: 'over_limit', limit: limitOf(outcome), mayMore: await whoMay(merchant, outcome.currency, asked), token };
    case 'same_again':
      return { kind: 'same_again', repeated: { minor: outcome.amount.toString(), secondsAgo: outcome.secondsAgo }, token };
    case 'needs_password':
      return { kind: 'needs_password', above: outcome.above.toString(), token };
    case 'pick_payment':
      return { kind: 'not_sent', message: t('refund.off.several_payments'), token };
  }
}

function limitOf({ each, day, used }: Extract<Outcome, { kind: 'over_limit' }>): RefundLimit {
  if (each === null && day === null) return 'none_set';
  return { each: each?.toString() ?? null, day: day?.toString() ?? null, used: used.toString() };
}

function whoMay(merchant: Merchant, currency: string, asked: string): Promise<string[]> {
  return db.as(merchant, (tx) => mayRefund(tx, merchant, currency, /^\d{1,15}$/.test(asked) ? BigInt(asked) : null));
}

function invalid(field: string, why: string): RefundOutcome {
  if (field === 'reason') return { kind: 'invalid', field, why: 'unknown_reason' };
  if (field === 'note') return { kind: 'invalid', field, why: 'note_required' };
  return { kind: 'invalid', field: 'amount', why: why === 'zero' || why === 'above_left' || why === 'decimals' ? why : 'not_a_number' };
}

function amountOf(amount: bigint, currency: string) {
  return { amount: toDecimal(amount, currency), currency };
}

function textOf(form: FormData, name: string): string {
  const value = form instanceof FormData ? form.get(name) : null;
  return typeof value === 'string' ? value : '';
}
