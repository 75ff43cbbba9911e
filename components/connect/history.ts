// A type's history in words: facts only, since Stripe gives no totals.
import { t } from '#lib/messages/index.ts';
import { connect } from '#lib/messages/en/connect.ts';
import { dayDate, type Format } from '../object/format.ts';
import type { BackfillFact } from './describe.ts';

export function typeName(type: string): string {
  const key = `connect.type.${type}`;
  return Object.hasOwn(connect, key) ? t(key as 'connect.type.customer') : type;
}

/** "11,840 rows so far, back to 4 Mar 2025", or "done 2 Nov, 3,204 rows". */
export function factText(fact: BackfillFact, format: Format): string {
  if (fact.state === 'done' && fact.finishedAt) return t('connect.doneRows', { count: fact.rows, date: dayDate(fact.finishedAt, format) });
  return fact.oldest ? t('connect.soFarBack', { count: fact.rows, date: dayDate(fact.oldest, format) }) : t('connect.soFar', { count: fact.rows });
}
