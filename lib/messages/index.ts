// The app's copy for server code: `t('shell.signOut')`. Client components take one area and `translator` instead.
import { en } from './en.ts';
import { translator } from './translate.ts';

export const t = translator(en);
export type MessageKey = keyof typeof en;
export { direction, language } from './translate.ts';
