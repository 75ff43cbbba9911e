// What each status word looks like: one exhaustive map per object. Stripe's words are open, so an unknown one is neutral and logged once.
import type { Tone } from '../ui/tone.ts';
import type { status as words } from '#lib/messages/en/status.ts';

type WordKey = keyof typeof words;
type Look = { readonly tone: Tone; readonly hollow?: true };
export type StatusObject = keyof typeof looks;

const pos: Look = { tone: 'pos' };
const info: Look = { tone: 'info' };
const warn: Look = { tone: 'warn' };
const neg: Look = { tone: 'neg' };
const neu: Look = { tone: 'neu' };
const dis: Look = { tone: 'dis' };
const hollow = (look: Look): Look => ({ ...look, hollow: true });

export const looks = {
  payment: {
    succeeded: pos,
    processing: info,
    partly_refunded: info,
    needs_action: hollow(warn),
    uncaptured: warn,
    needs_confirmation: warn,
    failed: neg,
    canceled: neu,
    refunded: neu,
    incomplete: neu,
    disputed: dis,
  },
  invoice: { paid: pos, open: info, past_due: warn, draft: hollow(neu), uncollectible: neg, void: neu },
  subscription: {
    active: pos,
    trialing: info,
    past_due: warn,
    ending: warn,
    incomplete: hollow(warn),
    unpaid: neg,
    canceled: neu,
    incomplete_expired: neu,
    paused: neu,
    collection_paused: neu,
  },
  dispute: {
    won: pos,
    prevented: pos,
    under_review: info,
    warning_under_review: info,
    appeal_under_review: info,
    needs_response: hollow(warn),
    warning_needs_response: hollow(warn),
    appeal_needs_response: hollow(warn),
    lost: neg,
    warning_closed: neu,
  },
  connection: {
    live: pos,
    backfilling: info,
    disconnecting: info,
    awaiting_confirmation: hollow(warn),
    suspended: warn,
    revoked: neg,
    disconnected: neu,
  },
  job: { done: pos, running: info, waiting: warn, failed: neg, canceled: neu },
  refund: {
    queued: info,
    held: hollow(warn),
    sending: info,
    unknown: warn,
    needs_review: hollow(neg),
    pending: info,
    requires_action: hollow(warn),
    succeeded: pos,
    refused: neg,
    not_refunded: neg,
    failed: neg,
    failed_afterwards: neg,
    canceled: neu,
    no_status: neu,
  },
} as const satisfies Record<string, Record<string, Look>>;

export function lookOf(object: StatusObject, word: string): Look & { key: WordKey | null } {
  const map: Readonly<Record<string, Look>> = looks[object];
  const look = Object.hasOwn(map, word) ? map[word] : undefined;
  if (look) return { ...look, key: `status.${object}.${word}` as WordKey };
  logOnce(object, word);
  return { ...neu, key: null };
}

const logged = new Set<string>();

function logOnce(object: string, word: string): void {
  const what = `${object} ${word}`;
  if (logged.has(what) || logged.size > 200) return;
  logged.add(what);
  // oxlint-disable-next-line no-console -- components know no logger; this line is one on the server's standard error
  console.warn(JSON.stringify({ level: 'warn', msg: 'status word not in the map', object, word }));
}
