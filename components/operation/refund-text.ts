// The dialog's own area of words: a client component brings no other to the browser.
import { refund } from '#lib/messages/en/refund.ts';
import { translator } from '#lib/messages/translate.ts';

export const t = translator(refund);
