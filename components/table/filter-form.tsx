'use client';

import { useRouter } from 'next/navigation';
import { type FormEvent, useState } from 'react';
import { tables } from '#lib/messages/en/tables.ts';
import { translator } from '#lib/messages/translate.ts';
import { Button } from '../ui/button.tsx';
import { Checkbox } from '../ui/checkbox.tsx';
import { IconButton } from '../ui/icon-button.tsx';
import { CloseIcon } from '../ui/leaf-icons.tsx';
import { TextField } from '../ui/input.tsx';
import { SelectField } from '../ui/select.tsx';
import { type FilterField, type FilterValue, readFilter, writeFilter } from './filter-value.ts';

const t = translator(tables);

export function FilterForm({ field }: { field: FilterField }) {
  const router = useRouter();
  const [value, setValue] = useState<FilterValue>(() => readFilter(field, field.value));
  const [from, setFrom] = useState(field.value);
  if (from !== field.value) {
    setFrom(field.value);
    setValue(readFilter(field, field.value));
  }
  function go(written: string | null, popup: HTMLElement | null) {
    popup?.hidePopover();
    const address = new URL(location.href);
    if (written) address.searchParams.set(field.param, written);
    else address.searchParams.delete(field.param);
    address.searchParams.delete('cursor');
    router.push(`${address.pathname}${address.search}`, { scroll: false });
  }
  function apply(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    go(writeFilter(field, value), event.currentTarget.closest('[popover]'));
  }
  return (
    <form onSubmit={apply} className="filter-form" aria-label={field.label}>
      <div className="filter-head">
        <span aria-hidden>{field.label}</span>
        <IconButton label={t('tables.closeFilter')} icon={<CloseIcon />} popoverTarget={`filter-${field.param}`} popoverTargetAction="hide" />
      </div>
      {field.presets?.map((preset) => (
        <button key={preset.value} type="button" className="popup-item" onClick={(event) => go(preset.value, event.currentTarget.closest('[popover]'))}>
          {preset.label}
        </button>
      ))}
      <Inputs field={field} value={value} onChange={setValue} />
      <div className="flex justify-end gap-2">
        <Button type="submit" variant="primary">
          {t('tables.apply')}
        </Button>
      </div>
    </form>
  );
}

function Inputs({ field, value, onChange }: { field: FilterField; value: FilterValue; onChange: (value: FilterValue) => void }) {
  if (field.kind === 'choice') return <Choices field={field} value={value} onChange={onChange} />;
  const operators = field.operators ?? [];
  const range = field.kind === 'date' || operators.some((operator) => operator.value === value.operator && operator.range);
  const shared = { type: field.kind === 'date' ? 'date' : 'text', inputMode: field.kind === 'amount' ? ('decimal' as const) : undefined, autoComplete: 'off' };
  const id = `filter-${field.param}-value`;
  return (
    <>
      {operators.length > 1 ? (
        <SelectField
          id={`${id}-operator`}
          label={t('tables.operator')}
          options={operators}
          value={value.operator}
          onChange={(event) => onChange({ ...value, operator: event.target.value })}
        />
      ) : null}
      <TextField
        id={id}
        label={range ? t('tables.from') : t('tables.value')}
        hint={field.hint}
        value={value.values[0] ?? ''}
        onChange={(event) => onChange({ ...value, values: [event.target.value, value.values[1] ?? ''] })}
        {...shared}
      />
      {range ? (
        <TextField
          id={`${id}-to`}
          label={t('tables.to')}
          value={value.values[1] ?? ''}
          onChange={(event) => onChange({ ...value, values: [value.values[0] ?? '', event.target.value] })}
          {...shared}
        />
      ) : null}
    </>
  );
}

function Choices({ field, value, onChange }: { field: FilterField; value: FilterValue; onChange: (value: FilterValue) => void }) {
  const toggle = (option: string, on: boolean) =>
    onChange({ ...value, values: on ? [...value.values, option] : value.values.filter((each) => each !== option) });
  return (
    <fieldset className="grid gap-1">
      <legend className="sr-only">{field.label}</legend>
      {field.options?.map((option) => (
        <Checkbox key={option.value} checked={value.values.includes(option.value)} onChange={(event) => toggle(option.value, event.target.checked)}>
          {option.label}
        </Checkbox>
      ))}
    </fieldset>
  );
}
