import type { ReactNode } from 'react';

export type Definition = { term: string; value: ReactNode };

export function DefinitionList({ items }: { items: readonly Definition[] }) {
  return (
    <dl className="grid gap-3.5 max-md:grid-cols-2">
      {items.map(({ term, value }) => (
        <div key={term} className="min-w-0">
          <dt className="text-meta text-fg-3">{term}</dt>
          <dd className="min-w-0 break-words">{value}</dd>
        </div>
      ))}
    </dl>
  );
}

export type SummaryLine = { term: string; value: ReactNode; total?: boolean; changed?: string };

/** Figures under each other, the last one ruled off. `changed` marks a line and says so. */
export function SummaryList({ lines }: { lines: readonly SummaryLine[] }) {
  return (
    <dl className="summary">
      {lines.map(({ term, value, total, changed }) => (
        <div key={term} data-total={total || undefined} data-changed={changed ? true : undefined}>
          <dt>
            {term}
            {changed ? <span className="ms-1.5 text-meta">({changed})</span> : null}
          </dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
