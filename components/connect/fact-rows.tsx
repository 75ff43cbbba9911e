import type { Definition } from '../ui/definition-list.tsx';

/** Facts of an account, each on a line of its own: the term, then what is known. */
export function FactRows({ items }: { items: readonly Definition[] }) {
  return (
    <dl className="grid grid-cols-[160px_minmax(0,1fr)] gap-x-4 gap-y-2 max-md:grid-cols-[104px_minmax(0,1fr)] max-md:gap-x-3">
      {items.map(({ term, value }) => (
        <div key={term} className="contents">
          <dt className="text-fg-3">{term}</dt>
          <dd className="min-w-0 break-words">{value}</dd>
        </div>
      ))}
    </dl>
  );
}
