import { t } from '#lib/messages/index.ts';
import { type SummaryLine, SummaryList } from '../ui/definition-list.tsx';
import { Panel } from '../ui/panel.tsx';
import type { Amount } from './amount-text.ts';
import { Held } from './held.tsx';
import { Money } from './money.tsx';

export type BreakdownLine = { label: string; value: Amount; total?: boolean };
/** One grid per currency; a grid has a title only where there are several. */
export type BreakdownGrid = { title?: string; lines: readonly BreakdownLine[]; note?: string };

export function Breakdown({ grids, locale }: { grids: readonly BreakdownGrid[]; locale: string }) {
  return (
    <Held>
      <Panel title={t('objects.breakdown')} id="breakdown">
        <div className={grids.length > 1 ? 'grid gap-6 md:grid-cols-2' : undefined}>
          {grids.map((grid, at) => (
            <div key={grid.title ?? at}>
              {grid.title ? <h3 className="mb-1.5 text-meta font-medium text-fg-3">{grid.title}</h3> : null}
              <SummaryList lines={grid.lines.map((line) => drawn(line, locale))} />
              {grid.note ? <p className="mt-1.5 text-meta text-fg-3">{grid.note}</p> : null}
            </div>
          ))}
        </div>
      </Panel>
    </Held>
  );
}

function drawn({ label, value, total }: BreakdownLine, locale: string): SummaryLine {
  return { term: label, total, value: <Money {...value} locale={locale} /> };
}
