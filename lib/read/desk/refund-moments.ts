// How a refund came about, as moments on its own timeline: what was asked here, what was sent and found out, and what Stripe said since.
import type { Entry, RefundStory } from './refund.ts';
import { wordOfRefund } from './refund-word.ts';

export type RefundMoment = { readonly id: string; readonly at: Date; readonly request?: string | null } & (
  | { readonly kind: 'asked'; readonly name: string | null; readonly reason: string | null; readonly note: string | null }
  /** `lost`: its answer did not arrive. */
  | { readonly kind: 'sent' | 'lost' }
  | { readonly kind: 'held' | 'refused' | 'needs_review' }
  /** `status`: Stripe's word at that moment. */
  | { readonly kind: 'accepted' | 'found' | 'made' | 'became'; readonly word: string | null; readonly pendingReason: string | null }
  | { readonly kind: 'decided'; readonly name: string | null; readonly what: string; readonly reason: string | null }
  | { readonly kind: 'withdrawn'; readonly name: string | null }
  | { readonly kind: 'cancel_asked' | 'cancel_refused'; readonly name: string | null }
  | { readonly kind: 'failed' | 'canceled'; readonly word: string; readonly failureReason: string | null; readonly told: 'asker' | 'owners' | null }
  | { readonly kind: 'attended'; readonly name: string | null; readonly note: string | null }
);

/** Newest first. What is written down at the moment it happens comes from the audit log and from Stripe's events; nothing is inferred but by words. */
export function refundMoments(story: RefundStory): RefundMoment[] {
  const moments = [...ours(story), ...atStripe(story), ...afterwards(story)];
  return moments
    .map((moment, at) => ({ moment, at, time: timeOf(moment) }))
    .toSorted((a, b) => b.time - a.time || b.at - a.at)
    .map(({ moment }) => moment);
}

/** Stripe's stamps are the seconds they fall into: what happened there comes after what was done here within the same second. */
function timeOf({ at, kind }: RefundMoment): number {
  const stripes = kind === 'made' || kind === 'became' || kind === 'failed' || kind === 'canceled';
  if (kind === 'attended') return at.getTime() + 1_000;
  return at.getTime() + (stripes && at.getMilliseconds() === 0 ? 999 : 0);
}

function ours({ operation, entries, cancels }: RefundStory): RefundMoment[] {
  if (!operation) return entries.flatMap((entry) => ofCancel(entry));
  const { created, by: name, reason, note, firstSent, foundBy, state } = operation;
  const lost = foundBy === 'reading' || state === 'unknown' || state === 'needs_review' || operation.reviewWhy !== null;
  return [
    { id: `${operation.id}:asked`, at: created, kind: 'asked', name, reason, note },
    ...(firstSent && (lost || state === 'sending') ? [{ id: `${operation.id}:sent`, at: firstSent, kind: lost ? ('lost' as const) : ('sent' as const) }] : []),
    ...entries.flatMap((entry) => (cancels.some(({ id }) => id === entry.operation) ? ofCancel(entry) : ofEntry(entry, operation.decided?.what ?? null))),
  ];
}

function ofEntry({ seq, at, act, actor: name, request, status, reason }: Entry, decided: string | null): RefundMoment[] {
  const base = { id: `entry_${seq}`, at, request };
  switch (act) {
    case 'refund.held':
      return [{ ...base, kind: 'held' }];
    case 'refund.sent':
      return [{ ...base, kind: 'accepted', word: status, pendingReason: null }];
    case 'refund.found':
      return [{ ...base, kind: 'found', word: status, pendingReason: null }];
    case 'refund.refused':
      return [{ ...base, kind: 'refused' }];
    case 'refund.needs_review':
      return [{ ...base, kind: 'needs_review' }];
    case 'refund.decided':
      return [{ ...base, kind: 'decided', name, what: decided ?? '', reason }];
    case 'refund.withdrawn':
      return [{ ...base, kind: 'withdrawn', name: decided === 'withdrawn' ? name : null }];
    default:
      return [];
  }
}

function ofCancel({ seq, at, act, actor: name, request }: Entry): RefundMoment[] {
  if (act === 'cancellation.asked') return [{ id: `entry_${seq}`, at, request, kind: 'cancel_asked', name }];
  return act === 'cancellation.refused' ? [{ id: `entry_${seq}`, at, request, kind: 'cancel_refused', name: null }] : [];
}

/** Stripe's own story: how it began there, unless that was told with our own act, and each status that followed. */
function atStripe({ refund, operation, entries, heard }: RefundStory): RefundMoment[] {
  if (!refund) return [];
  const told = entries.find(({ act, operation: of }) => (act === 'refund.sent' || act === 'refund.found') && of === operation?.id)?.status ?? null;
  const over = refund.status === 'failed' || refund.status === 'canceled';
  const first = heard[0]?.status ?? (over ? null : refund.status);
  const moments: RefundMoment[] = told
    ? []
    : [{ id: `${refund.id}:made`, at: refund.created ?? refund.mirrored_at, kind: operation ? 'became' : 'made', word: first, pendingReason: null }];
  let last = told ?? first;
  for (const { event, at, status, pendingReason } of heard) {
    if (status === last || status === 'failed' || status === 'canceled') continue;
    moments.push({ id: event, at, kind: 'became', word: status, pendingReason });
    last = status;
  }
  return moments;
}

function afterwards({ refund, operation, heard, cameBack, attended, askerIsHere, entries, cancels }: RefundStory): RefundMoment[] {
  const status = refund?.status;
  const over: RefundMoment[] =
    refund && (status === 'failed' || status === 'canceled')
      ? [
          {
            id: `${refund.id}:${status}`,
            at: cameBack ?? heard.find((each) => each.status === status)?.at ?? entries.at(-1)?.at ?? refund.mirrored_at,
            kind: status,
            word: wordOfRefund(refund),
            failureReason: typeof refund.data['failure_reason'] === 'string' ? refund.data['failure_reason'] : null,
            // What Stripe answered at once was said on the spot.
            told:
              operation && !saidAtOnce(entries, operation.id, status) && (status === 'failed' || cancels.length === 0)
                ? askerIsHere
                  ? 'asker'
                  : 'owners'
                : null,
          },
        ]
      : [];
  return [...over, ...(attended ? [{ id: `${refund?.id}:attended`, at: attended.at, kind: 'attended' as const, name: attended.by, note: attended.note }] : [])];
}

function saidAtOnce(entries: readonly Entry[], operation: string, status: string): boolean {
  return entries.some((entry) => entry.operation === operation && entry.act === 'refund.sent' && entry.status === status);
}
