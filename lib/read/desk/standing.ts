// How one intended refund stands, from what Stripe holds and what was asked here: what its badge, its sentence and its rows are made of.
import type { Operation, Refund } from './parts.ts';
import { wordOfOperation, wordOfRefund } from './refund-word.ts';

export type By = { readonly where: 'here'; readonly name: string | null; readonly isKey: boolean } | { readonly where: 'stripe' };

export type Standing = {
  readonly amount: bigint;
  readonly currency: string;
  /** One of `refundWords`, or Stripe's own where it is a new one. */
  readonly word: string;
  readonly reason: string | null;
  readonly note: string | null;
  /** A person or key here, or somebody in Stripe. `name` is null where it is not known any more. */
  readonly by: By;
  readonly asked: Date | null;
  /** Stripe's code and words where it refused. */
  readonly code: string | null;
  readonly message: string | null;
  readonly heldWhy: string | null;
  readonly reviewWhy: string | null;
  readonly pendingReason: string | null;
  readonly failureReason: string | null;
  /** Its answer was lost and it was found afterwards. */
  readonly found: boolean;
  readonly decided: Operation['decided'];
  /** Stripe has an object for it. */
  readonly atStripe: boolean;
};

export function standingOf(refund: Refund | null, operation: Operation | null): Standing {
  if (!refund && !operation) throw new Error('A refund is at Stripe, or was asked here.');
  return {
    amount: refund?.amount ?? operation?.amount ?? 0n,
    currency: refund?.currency ?? operation?.currency ?? '',
    word: refund ? wordOfRefund(refund) : wordOfOperation(operation!),
    reason: refund ? textOr(refund.data['reason']) : operation!.reason,
    note: operation?.note ?? noteOf(refund),
    by: operation ? { where: 'here', name: operation.by, isKey: operation.byKind === 'key' } : { where: 'stripe' },
    asked: operation?.created ?? null,
    code: operation?.code ?? null,
    message: operation?.message ?? null,
    heldWhy: operation?.heldWhy ?? null,
    reviewWhy: operation?.reviewWhy ?? null,
    pendingReason: textOr(refund?.data['pending_reason']),
    failureReason: textOr(refund?.data['failure_reason']),
    found: operation?.foundBy === 'reading',
    decided: operation?.decided ?? null,
    atStripe: refund !== null || operation?.refund !== null,
  };
}

/** The operation that a refund came of: it knows the refund, or the refund names it and is about the same money (metadata can be copied). */
export function operationOf(refund: Refund, operations: readonly Operation[]): Operation | null {
  const knows = operations.find((operation) => operation.refund === refund.id);
  const named = operations.find(
    (operation) => operation.refund === null && operation.id === refund.op_id && operation.charge === refund.charge && operation.amount === refund.amount,
  );
  return knows ?? named ?? null;
}

function noteOf(refund: Refund | null): string | null {
  const metadata = refund?.data['metadata'];
  return metadata !== null && typeof metadata === 'object' ? textOr((metadata as Record<string, unknown>)['note']) : null;
}

function textOr(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}
