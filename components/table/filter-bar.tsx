import Link from 'next/link';
import { t } from '#lib/messages/index.ts';
import { CloseIcon } from '../ui/icons.tsx';
import { Menu } from '../ui/menu.tsx';
import { ClearFilters } from './clear-filters.tsx';
import { FilterForm } from './filter-form.tsx';
import type { FilterField } from './filter-value.ts';

/** `text` is the value in words ("last 30 days"); without it the filter is not set. `without` is the address with it removed. */
export type Filter = FilterField & { text?: string; without?: string };

/** Chips: each is field, comparison and value, all editable by keyboard; the set is the address. */
export function FilterBar({ filters, clear }: { filters: readonly Filter[]; clear?: string }) {
  return (
    <section aria-label={t('tables.filters')} className="filters">
      {filters.map((filter) =>
        filter.text ? <SetChip key={filter.param} filter={filter} text={filter.text} /> : <AddChip key={filter.param} filter={filter} />,
      )}
      {clear ? <ClearFilters href={clear}>{t('tables.clear')}</ClearFilters> : null}
    </section>
  );
}

function SetChip({ filter, text }: { filter: Filter; text: string }) {
  return (
    <span className="chip chip-set">
      <Menu
        id={`filter-${filter.param}`}
        label={t('tables.editFilter', { label: filter.label, value: text })}
        popupClass="popup-full"
        trigger={
          <>
            {filter.label} <b>{text}</b>
          </>
        }
      >
        <FilterForm field={filter} />
      </Menu>
      {filter.without ? (
        <Link href={filter.without} prefetch={false} scroll={false} aria-label={t('tables.removeFilter', { label: filter.label })} className="chip-remove">
          <CloseIcon size={12} />
        </Link>
      ) : null}
    </span>
  );
}

function AddChip({ filter }: { filter: Filter }) {
  return (
    <Menu id={`filter-${filter.param}`} triggerClass="chip" popupClass="popup-full" trigger={t('tables.addFilter', { label: filter.label })}>
      <FilterForm field={filter} />
    </Menu>
  );
}
