// What a copy is known to reflect: a span of Stripe's own time, never a point and never this machine's clock (I15).
import { fromStripeSeconds } from '../clock.ts';

export type Evidence = {
  readonly kind: 'payload' | 'fetch' | 'page';
  readonly low: Date;
  readonly high: Date;
  /** An event's id, 'fetch' or 'page'. */
  readonly source: string;
};

/** What a reply of Stripe's client carries beside its body. */
export type Reply = { readonly headers: Readonly<Record<string, string | undefined>> };

/** The longest any call of ours may take: without a measured duration the span starts this much too old rather than too new. */
const LONGEST_CALL_MS = 20_000;

/** `reply` is an SDK object's `lastResponse`. Stripe's Date header is in whole seconds and stamps the end of the call. */
export function evidenceOfReply(reply: Reply, elapsedMs: number = LONGEST_CALL_MS, kind: 'fetch' | 'page' = 'fetch'): Evidence {
  const date = Date.parse(reply.headers['date'] ?? '');
  if (Number.isNaN(date)) throw new Error('The reply has no Date header: nothing says which moment it shows.');
  return { kind, low: new Date(date - Math.ceil(elapsedMs)), high: new Date(date + 1_000), source: kind };
}

export function evidenceOfEvent(event: { readonly id: string; readonly created: number }): Evidence {
  const at = fromStripeSeconds(event.created);
  return { kind: 'payload', low: at, high: at, source: event.id };
}
