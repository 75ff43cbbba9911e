// What a verb says about one kind of write to Stripe, and nothing else: data, and small functions whose Stripe client is an argument.
import type Stripe from 'stripe';
import { z } from 'zod';
import type { StripeObject } from '../catalogue/define.ts';
import type { Ledger } from '../ledger.ts';
import type { MessageKey } from '../messages/index.ts';
import type { Capability } from '../merchant.ts';
import type { Minor } from '../money.ts';

export type Kind = 'refund_payment' | 'cancel_refund' | 'deauthorize';

/** Where an operation stands once Stripe has an object for it, or a definite answer. */
export type Settled = 'accepted' | 'succeeded' | 'failed' | 'canceled';

/** The clients a verb may speak through; made by the engine, for the operation's own account and mode. */
export type Clients = { readonly asAccount: Stripe; readonly asPlatform: () => Stripe; readonly clientId: () => string };

/** Stripe's object as JSON, with the headers of the reply that brought it. */
export type Reply = { readonly object: StripeObject; readonly headers: Readonly<Record<string, string | undefined>>; readonly request: string | null };

export type Sending = { readonly operation: string; readonly key: string; readonly timeout: number };

/** What the operation is about once it is known which charge pays for it; the engine finds that under the charge's lock. */
export type Resolved = { readonly charge: string; readonly amount: Minor; readonly currency: string };

type Spoken<Input, Params> = {
  readonly kind: Kind;
  readonly capability: Capability;
  /** What may be asked for. Strict: an unknown field is refused. Problems of a field carry a word of ours as message. */
  readonly input: z.ZodType<Input>;
  /** What is stored and sent, constant for the life of the operation: the same key must carry the same parameters. */
  readonly params: z.ZodType<Params>;
  /** The Stripe object acted on, as the audit log names it. */
  readonly on: string;
  /** First word of its audit acts: `refund.asked`, `refund.sent`. */
  readonly audited: string;
  /** The button's text, and a plain sentence per refusal code; absent where no person is asked. */
  readonly words?: { readonly act: MessageKey; readonly refused: Readonly<Record<string, MessageKey>>; readonly refusedOther: MessageKey };
  /** Takes money back out of a payment: the amount is reserved under the charge's lock. */
  readonly reserves: boolean;
  /** Reading its object tells for certain that it has not happened: nobody need decide. Not for what makes an object or moves money. */
  readonly readingSettles?: boolean;
  /** An account being given back is paused; only giving it back still goes out. */
  readonly whilePaused: boolean;
  /** A client token of the verb's own, where an act may happen once whoever asks. */
  readonly once?: (input: Input, ledger: Ledger) => string;
  readonly targetOf: (input: Input) => string;
  readonly toParams: (input: Input, resolved: Resolved | null) => Params;
  readonly send: (clients: Clients, params: Params, sending: Sending) => Promise<Reply>;
  /** Settles a lost answer by reading: what this operation made at Stripe, or null when nothing is there. */
  readonly find: (clients: Clients, params: Params, operation: string) => Promise<Reply | null>;
  /** Reads an object this operation made, until it is final. */
  readonly retrieve?: (clients: Clients, id: string) => Promise<Reply>;
  readonly statusOf: (object: StripeObject) => string | null;
  /** What a status means for the operation. An unknown word is not final and keeps its amount reserved. */
  readonly settledBy: (status: string | null) => Settled;
  /** An error of the verb's own that is a definite answer; null leaves it to the engine. */
  readonly verdict?: (error: unknown) => 'done' | 'refused' | null;
};

/** A verb with its own types closed in: the engine hands it input and stored parameters as it found them. */
export type Verb = Omit<Spoken<never, never>, 'input' | 'params' | 'once' | 'targetOf' | 'toParams' | 'send' | 'find'> & {
  readonly read: (input: unknown) => ReadInput;
  readonly send: (clients: Clients, params: unknown, sending: Sending) => Promise<Reply>;
  readonly find: (clients: Clients, params: unknown, operation: string) => Promise<Reply | null>;
};

/** `hashed` is what makes two requests the same intent; what a person only looked at (`seenLeft`) or said yes to (`again`) is no part of it. */
export type Asked = {
  readonly target: string;
  /** The payment is found by, or has to belong to, this invoice. */
  readonly invoice: string | null;
  /** The same amount once more is meant. */
  readonly again: boolean;
  readonly amount: Minor | null;
  readonly seenLeft: Minor | null;
  readonly hashed: Readonly<Record<string, unknown>>;
  readonly note: string | null;
  readonly token: (ledger: Ledger) => string | null;
  readonly toParams: (resolved: Resolved | null) => Readonly<Record<string, unknown>>;
};

export type ReadInput = { readonly ok: true; readonly asked: Asked } | { readonly ok: false; readonly field: string; readonly why: string };

export function define<Input extends object, Params extends Readonly<Record<string, unknown>>>(spoken: Spoken<Input, Params>): Verb {
  const { input, params, once, targetOf, toParams, send, find, ...said } = spoken;
  return Object.freeze({
    ...said,
    read: (given) => {
      const parsed = input.safeParse(given);
      if (!parsed.success) return problemOf(parsed.error);
      const { seenLeft = null, again = false, ...hashed } = parsed.data as Input & Said;
      return {
        ok: true,
        asked: {
          target: targetOf(parsed.data),
          invoice: hashed.invoice ?? null,
          again,
          amount: hashed.amount ?? null,
          seenLeft,
          hashed,
          note: hashed.note || null,
          token: (ledger) => once?.(parsed.data, ledger) ?? null,
          toParams: (resolved) => toParams(parsed.data, resolved),
        },
      };
    },
    send: async (clients, stored, sending) => send(clients, params.parse(stored), sending),
    find: async (clients, stored, operation) => find(clients, params.parse(stored), operation),
  } satisfies Verb);
}

/** Fields of an input that the engine itself reads. */
type Said = { seenLeft?: Minor; again?: boolean; amount?: Minor; invoice?: string; note?: string };

type Response = { readonly headers: Readonly<Record<string, string>>; readonly requestId: string };

/** Throws when the reply is not Stripe's object: a proxy's 4xx without an `error` member resolves as success in the SDK (FACTS §9). */
export function replyOf(type: string, answer: object, { headers, requestId }: Response): Reply {
  const object = JSON.parse(JSON.stringify(answer)) as StripeObject;
  if (object.object !== type || typeof object.id !== 'string') throw new Error(`The reply is no ${type}.`);
  return { object, headers, request: requestId };
}

function problemOf(error: z.ZodError): ReadInput {
  const issue = error.issues[0]!;
  const field = issue.code === 'unrecognized_keys' ? issue.keys[0]! : String(issue.path[0] ?? '');
  return { ok: false, field, why: issue.code === 'custom' || /^[a-z_]+$/.test(issue.message) ? issue.message : 'invalid' };
}
