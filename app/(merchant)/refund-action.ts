'use server';
// The refund form's server action: translates the form, asks the engine, translates the outcome. A public endpoint, so every argument is checked.
import { randomUUID } from 'node:crypto';
import type { RefundOutcome } from '#components/operation/refund-outcome.ts';
import { merchantForRequest } from '#lib/access/session.ts';
import { AppError } from '#lib/errors.ts';
import { t } from '#lib/messages/index.ts';
import { toDecimal } from '#lib/money.ts';
import { refundableOf } from '#lib/perform/refundable.ts';
import { perform, type Outcome } from '#lib/perform/run.ts';
import type { Merchant } from '#lib/merchant.ts';

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
  };
  try {
    return told(await perform(merchant, 'refund_payment', input, { clientToken: textOf(form, 'client_token') }));
  } catch (error) {
    // The form was sent before with other figures: it starts over from the present ones.
    if (!(error instanceof AppError) || error.code !== 'idempotency_mismatch' || !merchant.ledger) throw error;
    const { left, refunded } = await refundableOf(merchant.ledger, payment);
    return { kind: 'changed', figures: { left: left.toString(), alreadyRefunded: refunded.toString() }, token: randomUUID() };
  }
}

function told(outcome: Outcome): RefundOutcome {
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
    case 'no_answer':
    case 'needs_review':
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
    case 'same_again':
    case 'needs_password':
    case 'pick_payment':
      return { kind: 'not_sent', message: t(`refund.not.${outcome.kind}`), token };
  }
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
