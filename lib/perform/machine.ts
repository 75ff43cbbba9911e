// The operation machine (I3, INVARIANTS §3.1), pure: what is known of one intended write and what was just learned → its next state and what to do.
import type { Settled } from '../operations/define.ts';

export type State = 'queued' | 'held' | 'sending' | 'unknown' | Settled | 'needs_review';

/** Stripe may forget a key after 24 h and would then run the call as a new one: an hour before that, sending ends. */
export const SENDABLE_FOR_MS = 23 * 3_600_000;
/** A 500 that stays the same is one stored under the key, and is replayed for ever. */
export const EQUAL_500S = 3;
/** Readings that find nothing after sending has stopped; then a person decides. */
const CHECKS = 3;

export type Facts = {
  readonly state: State;
  /** How long ago, by the database's clock, the first try was sent that may have run; null while none can have. */
  readonly doubtFor: number | null;
  readonly equal500s: number;
  readonly last500: string | null;
  /** Readings that found nothing since sending stopped. */
  readonly checks: number;
  /** A definite refusal that came after an earlier try: it stands once a reading finds nothing. */
  readonly refused: boolean;
  /** A reading that finds nothing is the whole truth: an act that left no mark on its object has not happened, and its key is spent. */
  readonly readingSettles?: boolean;
  /** `paused`: access is in doubt, or this deployment may not write. `ended`: the connection it was asked under is over. */
  readonly access: 'open' | 'paused' | 'ended';
};

export type Evidence =
  /** Its turn has come: a fresh operation, an expired lease, a wait that is over. */
  | { readonly kind: 'due' }
  /** Stripe has its object: in a reply, found by reading, or mirrored. */
  | { readonly kind: 'object'; readonly settled: Settled }
  /** 400, 402 or 404 with Stripe's error body. */
  | { readonly kind: 'refused' }
  /** 401, 403 */
  | { readonly kind: 'no_access' }
  /** 409 idempotency_key_in_use: a call with this key is running. */
  | { readonly kind: 'key_in_use' }
  | { readonly kind: 'key_mismatch' }
  /** 429: not executed. */
  | { readonly kind: 'rate_limited' }
  /** Too long between claim and socket: nothing was written to it. */
  | { readonly kind: 'late' }
  /** 5xx; `mark` tells equal ones. */
  | { readonly kind: 'broken'; readonly mark: string }
  /** Timeout, reset, or an answer that is not Stripe's. */
  | { readonly kind: 'silent' }
  /** A complete reading found nothing. */
  | { readonly kind: 'absent' }
  | { readonly kind: 'unreadable' }
  /** A person takes it back before anything was sent. */
  | { readonly kind: 'withdrawn' }
  /** A person looked at Stripe, in review, and found nothing. */
  | { readonly kind: 'decided_not' };

export type Act =
  /** POST with the operation's own key. */
  | 'send'
  /** Look for what an earlier try may have made. */
  | 'read'
  /** Read the object it made, until it is final. */
  | 'poll'
  | 'wait'
  | 'rest';

export type Step = Pick<Facts, 'equal500s' | 'last500' | 'checks' | 'refused'> & {
  readonly state: State;
  readonly act: Act;
  /** Whether an earlier try may have run. `cleared` only where the answer proves that nothing did. */
  readonly doubt: 'kept' | 'cleared';
  /** Why a person must decide; only with `needs_review`. */
  readonly why?: ReviewWhy;
  /** Our own mistake, or a contradiction: someone must look. */
  readonly alarm?: string;
};

export type ReviewWhy = 'no_answer_23h' | 'equal_500s' | 'parameters' | 'access_ended';

export function next(facts: Facts, evidence: Evidence): Step {
  const to = (state: State, act: Act, change: Partial<Step> = {}): Step => ({
    equal500s: facts.equal500s,
    last500: facts.last500,
    checks: facts.checks,
    refused: facts.refused,
    doubt: 'kept',
    state,
    act,
    ...change,
  });
  /** The answer proves that this try did not run; it says nothing about an earlier one. */
  const unrun = (state: 'queued' | 'held'): Step => (facts.doubtFor === null ? to(state, 'wait', { doubt: 'cleared' }) : to('unknown', 'wait'));

  if (evidence.kind === 'decided_not') return facts.state === 'needs_review' ? to('failed', 'rest') : to(facts.state, restOrWait(facts.state));
  if (evidence.kind === 'withdrawn') return isUnsent(facts) ? to('canceled', 'rest') : to(facts.state, restOrWait(facts.state));
  // What is answered stays answered: a poll that failed, or a straggler, changes nothing.
  if (isAnswered(facts.state) && evidence.kind !== 'due' && evidence.kind !== 'object') return to(facts.state, restOrWait(facts.state));
  switch (evidence.kind) {
    case 'due':
      return due(facts, to);
    case 'object':
      return to(evidence.settled, evidence.settled === 'accepted' ? 'wait' : 'rest', contradiction(facts));
    case 'refused':
      return facts.doubtFor === null ? to('failed', 'rest') : to('unknown', 'read', { refused: true });
    case 'no_access':
      return facts.doubtFor !== null && isPast(facts) ? to('needs_review', 'rest', { why: 'access_ended' }) : unrun('held');
    case 'rate_limited':
    case 'late':
      return unrun('queued');
    case 'key_in_use':
    case 'silent':
      return to('unknown', 'wait');
    case 'key_mismatch':
      return to('needs_review', 'rest', { why: 'parameters', alarm: 'The parameters differ from those first sent under this key.' });
    case 'broken':
      return to('unknown', 'wait', { equal500s: evidence.mark === facts.last500 ? facts.equal500s + 1 : 1, last500: evidence.mark });
    case 'absent':
      return absent(facts, to);
    case 'unreadable':
      return to('unknown', 'wait');
  }
}

type To = (state: State, act: Act, change?: Partial<Step>) => Step;

function due(facts: Facts, to: To): Step {
  switch (facts.state) {
    case 'queued':
    case 'held':
      // Put back from a backup: it may have gone out since, so it is looked for first.
      if (facts.state === 'held' && facts.doubtFor !== null && facts.access !== 'paused') return to('unknown', 'read');
      if (facts.access === 'ended') return to('canceled', 'rest');
      return facts.access === 'paused' ? to('held', 'wait') : to('queued', 'send');
    case 'sending': // whoever sent it is gone
    case 'unknown':
      if (facts.access === 'paused') return isPast(facts) ? to('needs_review', 'rest', { why: 'no_answer_23h' }) : to('unknown', 'wait');
      return to('unknown', 'read');
    case 'accepted':
      return to('accepted', facts.access === 'open' ? 'poll' : 'wait');
    case 'succeeded':
    case 'failed':
    case 'canceled':
    case 'needs_review':
      return to(facts.state, 'rest');
  }
}

function absent(facts: Facts, to: To): Step {
  if (facts.refused) return to('failed', 'rest');
  if (facts.access === 'ended') return to('needs_review', 'rest', { why: 'access_ended' });
  const stop = (why: ReviewWhy, checks = facts.checks) =>
    facts.readingSettles ? to('failed', 'rest', { checks }) : to('needs_review', 'rest', { why, checks });
  if (isPast(facts)) return stop('no_answer_23h');
  if (facts.equal500s < EQUAL_500S) return to('unknown', 'send');
  return facts.checks + 1 >= CHECKS ? stop('equal_500s', facts.checks + 1) : to('unknown', 'wait', { checks: facts.checks + 1 });
}

function isAnswered(state: State): boolean {
  return state === 'accepted' || state === 'succeeded' || state === 'failed' || state === 'canceled' || state === 'needs_review';
}

function isUnsent(facts: Facts): boolean {
  return (facts.state === 'queued' || facts.state === 'held') && facts.doubtFor === null;
}

function restOrWait(state: State): Act {
  return isAnswered(state) && state !== 'accepted' ? 'rest' : 'wait';
}

function isPast(facts: Facts): boolean {
  return facts.doubtFor !== null && facts.doubtFor >= SENDABLE_FOR_MS;
}

function contradiction(facts: Facts): Partial<Step> {
  return facts.state === 'failed' || facts.state === 'canceled' ? { alarm: 'Stripe has an object for an operation that was thought over.' } : {};
}
