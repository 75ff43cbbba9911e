import { t } from '#lib/messages/index.ts';
import type { Format } from '../object/format.ts';
import { Badge } from '../ui/badge.tsx';
import type { Tone } from '../ui/tone.ts';
import type { BackfillFact } from './describe.ts';
import { factText, typeName } from './history.ts';

const looks = {
  waiting: { tone: 'neu', key: 'connect.stateWaiting' },
  running: { tone: 'info', key: 'connect.stateRunning' },
  done: { tone: 'pos', key: 'connect.stateDone' },
  failed: { tone: 'neg', key: 'connect.stateFailed' },
} as const satisfies Record<BackfillFact['state'], { tone: Tone; key: string }>;

/** Facts per type. The one bar allowed is the share of time covered, and it says that it is no count of rows. */
export function BackfillTable({ facts, format }: { facts: readonly BackfillFact[]; format: Format }) {
  if (facts.length === 0) return <p className="px-4 py-3 text-fg-3">{t('connect.historyNone')}</p>;
  return (
    <table className="w-full text-start max-md:block">
      <caption className="sr-only">{t('connect.historyTitle')}</caption>
      <thead className="max-md:sr-only">
        <tr className="bg-sunken text-meta text-fg-3">
          {(['connect.historyType', 'connect.historyState', 'connect.historyFact'] as const).map((key) => (
            <th key={key} scope="col" className="h-8 border-b border-line px-4 text-start font-medium">
              {t(key)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody className="max-md:block">
        {byName(facts).map((fact) => (
          <tr key={fact.type} className="border-b border-line last:border-b-0 max-md:grid max-md:grid-cols-[1fr_auto] max-md:gap-x-3 max-md:py-2">
            <th scope="row" className="h-9 px-4 text-start font-normal max-md:h-auto">
              {typeName(fact.type)}
            </th>
            <td className="px-4 max-md:row-start-1 max-md:col-start-2">
              <Badge tone={looks[fact.state].tone}>{t(looks[fact.state].key)}</Badge>
            </td>
            <td className="px-4 max-md:col-span-2">
              <span className="flex flex-wrap items-center gap-x-4 gap-y-1 py-1">
                {fact.state === 'waiting' ? <span className="text-fg-3">{t('connect.notYet')}</span> : <span>{factText(fact, format)}</span>}
                {fact.rate ? <span className="text-fg-3">{t('connect.rate', { rate: fact.rate })}</span> : null}
                {fact.note ? <span className="text-fg-3">{fact.note}</span> : null}
                {fact.covered !== null ? <Covered fact={fact} /> : null}
              </span>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function byName(facts: readonly BackfillFact[]): BackfillFact[] {
  return [...facts].sort((a, b) => typeName(a.type).localeCompare(typeName(b.type)));
}

function Covered({ fact }: { fact: BackfillFact }) {
  const share = Math.round((fact.covered ?? 0) * 100);
  return (
    <span className="flex items-center gap-2 text-meta text-fg-3">
      <span
        role="meter"
        aria-label={t('connect.coveredOf', { type: typeName(fact.type) })}
        aria-valuenow={share}
        aria-valuemin={0}
        aria-valuemax={100}
        className="block h-1.5 w-24 overflow-hidden rounded-check bg-line"
      >
        <span className="block h-full bg-accent" style={{ inlineSize: `${share}%` }} />
      </span>
      {t('connect.covered')}
    </span>
  );
}
