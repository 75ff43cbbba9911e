// Facts that every object page shows in its side column.
import type { Fact } from '#components/object/facts.tsx';
import type { Freshness } from '#components/object/mirrored.tsx';
import { isStandIn } from '#lib/env.ts';
import type { Ledger } from '#lib/ledger.ts';
import { t } from '#lib/messages/index.ts';
import type { Copy, Told } from '#lib/read/desk/parts.ts';

function freshnessOf(
  { mirrored_at: at, as_of_source: source }: Pick<Copy, 'mirrored_at' | 'as_of_source'>,
  confirmed: boolean,
  newest: Told | null,
): Freshness {
  const from = source === 'page' ? 'list' : source.startsWith('evt_') ? { event: source } : 'fetch';
  return { at: at.toISOString(), from, after: newest?.event, unconfirmed: confirmed ? undefined : true };
}

/** `newest`: the newest event about the object or its parts; a confirming fetch came after it. */
export function mirroredFact(copy: Copy, confirmed: boolean, newest: Told | null): Fact {
  return { label: t('objects.mirrored'), value: { kind: 'mirrored', ...freshnessOf(copy, confirmed, newest) } };
}

export function metadataFact(data: unknown): Fact[] {
  if (data === null || typeof data !== 'object') return [];
  const items = Object.entries(data).map(([term, value]) => ({ term, value: String(value) }));
  return items.length === 0 ? [] : [{ label: t('payments.facts.metadata'), value: { kind: 'list', items } }];
}

export function textFact(label: string, value: unknown): Fact[] {
  return typeof value === 'string' && value !== '' ? [{ label, value: { kind: 'text', text: value } }] : [];
}

/** The object's page in Stripe's dashboard; null where Stripe is only stood in for. */
export function dashboardUrl({ account, livemode }: Ledger, section: string, id: string): string | null {
  if (isStandIn()) return null;
  return `https://dashboard.stripe.com/${encodeURIComponent(account)}/${livemode ? '' : 'test/'}${section}/${encodeURIComponent(id)}`;
}
