import { t } from '#lib/messages/index.ts';
import { dayDate, type Format } from '../object/format.ts';
import { Note } from '../ui/banner.tsx';
import type { Definition } from '../ui/definition-list.tsx';
import { Id } from '../ui/id.tsx';
import { Panel } from '../ui/panel.tsx';
import { FactRows } from './fact-rows.tsx';

type Found = { readonly count: number; readonly more: boolean };
type Facts = {
  readonly name?: string | null;
  readonly email?: string | null;
  readonly country?: string | null;
  readonly created?: number | null;
  readonly as_of?: number;
  readonly found?: { readonly [type in (typeof types)[number]]?: Found };
};

const types = ['customers', 'subscriptions', 'invoices', 'payments'] as const;

/** What Stripe says of the account, and what one page per type shows: lists carry no totals. */
export function AccountCard({
  account,
  facts,
  format,
  here,
}: {
  account: string;
  facts: Facts;
  format: Format /** Its own page, to read again. */;
  here: string;
}) {
  const found = types.flatMap((type) => (facts.found?.[type] ? [{ type, ...facts.found[type] }] : []));
  const items: Definition[] = [
    ...(facts.name ? [{ term: t('connect.name'), value: facts.name }] : []),
    { term: t('connect.account'), value: <Id id={account} full /> },
    ...(facts.country ? [{ term: t('connect.country'), value: regionName(facts.country, format.locale) }] : []),
    ...(facts.email ? [{ term: t('connect.email'), value: facts.email }] : []),
    ...(facts.created ? [{ term: t('connect.since'), value: dayDate(new Date(facts.created * 1000).toISOString(), format) }] : []),
    ...(found.length > 0
      ? [
          {
            term: t('connect.holds'),
            value: (
              <ul>
                {found.map(({ type, count, more }) => (
                  <li key={type}>{more ? t(`connect.foundMore.${type}`, { count }) : t(`connect.found.${type}`, { count })}</li>
                ))}
              </ul>
            ),
          },
        ]
      : []),
  ];
  const empty = found.length === types.length && found.every(({ count }) => count === 0);
  return (
    <Panel>
      <FactRows items={items} />
      {facts.as_of === undefined ? (
        <Note tone="warn" className="mt-3">
          {t('connect.noFacts')}{' '}
          <a href={here} className="underline">
            {t('connect.readAgain')}
          </a>
        </Note>
      ) : null}
      {empty ? (
        <Note tone="warn" className="mt-3">
          {t('connect.empty')}
        </Note>
      ) : null}
    </Panel>
  );
}

function regionName(code: string, locale: string): string {
  try {
    return new Intl.DisplayNames([locale], { type: 'region' }).of(code) ?? code;
  } catch {
    return code;
  }
}
