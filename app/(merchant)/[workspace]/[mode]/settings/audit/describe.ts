// An audit entry in words, for the page and the export alike.
import { moneyText } from '#components/object/amount-text.ts';
import { href } from '#lib/href.ts';
import type { Merchant } from '#lib/merchant.ts';
import { type MessageKey, t } from '#lib/messages/index.ts';
import { audit as words } from '#lib/messages/en/audit.ts';
import type { AuditRow } from '#lib/read/desk/audit.ts';
import { amountOf } from '../../_desk/figures.ts';

type ActKey = Extract<MessageKey, `audit.act.${string}`>;

/** Ours where we have one for the act; an act that nobody named here stands under its own word. */
export function actText(act: string): string {
  const key = `audit.act.${act}`;
  return Object.hasOwn(words, key) ? t(key as ActKey) : act;
}

export function whatText({ act, after }: Pick<AuditRow, 'act' | 'after'>, locale: string): string {
  const detail = amountText(after, locale) ?? roleText(after['role']);
  return detail === null ? actText(act) : t('audit.withDetail', { what: actText(act), detail });
}

export function whoText({ actor }: Pick<AuditRow, 'actor'>): string {
  if (actor.name === null) return t('audit.nameGone');
  if (actor.kind === 'job') return t('audit.job', { name: actor.name });
  return actor.kind === 'key' ? t('audit.key', { name: actor.name }) : actor.name;
}

export function modeText(livemode: boolean | null): string | null {
  return livemode === null ? null : t(livemode ? 'audit.live' : 'audit.test');
}

/** The page of an entry's object, in the ledger that is shown: another mode or a former account has its objects elsewhere. */
export function objectHref({ object, account, livemode }: AuditRow, merchant: Merchant): string | null {
  if (!object || !merchant.ledger || account !== merchant.ledger.account || livemode !== merchant.livemode) return null;
  if (/^(pi|ch|py)_/.test(object.id)) return href(merchant, 'payments', object.id);
  return object.id.startsWith('cus_') ? href(merchant, 'customers', object.id) : null;
}

export type Change = { readonly field: string; readonly before: string; readonly after: string };

/** Each field that either side names; a side that does not name it shows an en dash. */
export function changesOf({ before, after }: Pick<AuditRow, 'before' | 'after'>): Change[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].map((field) => ({
    field,
    before: valueText(before[field]),
    after: valueText(after[field]),
  }));
}

function valueText(value: unknown): string {
  if (value === undefined || value === null) return '–';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function amountText({ amount, currency }: AuditRow['after'], locale: string): string | null {
  // Amounts stand in the chain as minor units in a string, because JSON knows no bigint.
  if (typeof amount !== 'string' || !/^-?\d{1,18}$/.test(amount) || typeof currency !== 'string') return null;
  return moneyText(amountOf(BigInt(amount), currency), locale);
}

function roleText(role: unknown): string | null {
  const key = `people.role.${String(role)}`;
  return key === 'people.role.owner' || key === 'people.role.admin' || key === 'people.role.support' || key === 'people.role.viewer' ? t(key) : null;
}
