// What the merchant is told of an attempt to connect: one table of what the server says and of how the window looks from here.
import { connect } from '#lib/messages/en/connect.ts';
import { translator } from '#lib/messages/translate.ts';
import type { Tone } from '../ui/tone.ts';

const t = translator(connect);

export type Mode = 'test' | 'live';
/** The server's answer on an attempt. Nothing else decides what is said. */
export type Answered = { readonly outcome: string; readonly detail: string | null; readonly holder: string | null; readonly next: string | null };
export type Act = 'show' | 'this_tab' | 'open_again' | 'try_again' | 'start_again' | 'use_another' | 'what_we_ask' | 'switch_mode' | 'sign_in' | 'go_on';
export type Said = { readonly text: string; readonly tone: Tone; readonly acts: readonly Act[] };

export function sayOpen(closed: boolean): Said {
  return closed
    ? { text: t('connect.seemsClosed'), tone: 'warn', acts: ['open_again', 'this_tab'] }
    : { text: t('connect.open'), tone: 'info', acts: ['show', 'this_tab'] };
}

export function sayAnswer({ outcome, detail, holder }: Answered, mode: Mode): Said {
  switch (outcome) {
    case 'open':
      return sayOpen(true);
    case 'denied':
      return { text: t('connect.denied'), tone: 'warn', acts: ['try_again', 'what_we_ask'] };
    case 'expired':
      return { text: t('connect.expired'), tone: 'warn', acts: ['start_again'] };
    case 'void':
      return { text: t('connect.void'), tone: 'warn', acts: ['start_again'] };
    case 'wrong_mode':
      return { text: t(mode === 'test' ? 'connect.wrongModeLive' : 'connect.wrongModeTest'), tone: 'warn', acts: ['switch_mode', 'try_again'] };
    case 'held_elsewhere':
      return { text: holder ? t('connect.heldNamed', { name: holder }) : t('connect.held'), tone: 'neg', acts: ['use_another'] };
    case 'awaiting_confirmation':
      return { text: t('connect.awaiting'), tone: 'info', acts: ['go_on'] };
    case 'confirmed':
      return { text: t('connect.confirmed'), tone: 'pos', acts: ['go_on'] };
    case 'declined':
    case 'disconnected':
      return { text: t('connect.declined'), tone: 'neu', acts: ['start_again'] };
    case 'signed_out':
      return { text: t('connect.signedOut'), tone: 'warn', acts: ['sign_in'] };
    default:
      return sayFailure(detail);
  }
}

function sayFailure(detail: string | null): Said {
  switch (detail) {
    case 'no_answer':
      return { text: t('connect.noAnswer'), tone: 'neg', acts: ['try_again'] };
    case 'no_code':
      return { text: t('connect.noCode'), tone: 'neg', acts: ['try_again'] };
    case 'not_allowed':
      return { text: t('connect.notAllowed'), tone: 'neg', acts: [] };
    case 'no_keys':
      return { text: t('connect.noKeys'), tone: 'neg', acts: [] };
    case 'already_connected':
      return { text: t('connect.alreadyConnected'), tone: 'info', acts: ['go_on'] };
    case 'connected_meanwhile':
      return { text: t('connect.connectedMeanwhile'), tone: 'warn', acts: ['go_on'] };
    default:
      return { text: t('connect.failed', { detail: detail ?? 'unknown' }), tone: 'neg', acts: ['try_again'] };
  }
}
