// A filter's value in the address, taken apart for its form and put together again: "gte:10.00", "2026-11-01..2026-11-30", "succeeded,failed".

/**
 * `choice` writes "a,b"; `text` and `amount` write "operator:value", or the bare value for the operator ""; `date` writes "from..to".
 * An operator with `range` asks for two values: "between:10.00..20.00".
 */
export type FilterField = {
  param: string;
  label: string;
  kind: 'choice' | 'text' | 'amount' | 'date';
  value?: string;
  options?: readonly { value: string; label: string }[];
  operators?: readonly { value: string; label: string; range?: boolean }[];
  presets?: readonly { label: string; value: string }[];
  hint?: string;
};

export type FilterValue = { operator: string; values: readonly string[] };
type Grammar = Pick<FilterField, 'kind' | 'operators'>;

export function readFilter({ kind, operators = [] }: Grammar, text: string | undefined): FilterValue {
  const first = operators[0]?.value ?? '';
  if (!text) return { operator: first, values: [] };
  if (kind === 'choice') return { operator: '', values: text.split(',').filter(Boolean) };
  // "30d" is a preset's own spelling: it names no days to put into the two fields.
  if (kind === 'date') return { operator: '', values: text.includes('..') ? text.split('..') : [] };
  const named = operators.find(({ value }) => value !== '' && text.startsWith(`${value}:`));
  const rest = named ? text.slice(named.value.length + 1) : text;
  return { operator: named?.value ?? (operators.some(({ value }) => value === '') ? '' : first), values: named?.range ? rest.split('..') : [rest] };
}

/** Null where nothing was chosen, which takes the filter away. */
export function writeFilter({ kind, operators = [] }: Grammar, { operator, values }: FilterValue): string | null {
  const [from = '', to = ''] = values.map((value) => value.trim());
  if (kind === 'choice') return values.join(',') || null;
  if (kind === 'date') return from || to ? `${from}..${to}` : null;
  const range = operators.find(({ value }) => value === operator)?.range;
  const value = range ? (from || to) && `${from}..${to}` : from;
  if (!value) return null;
  return operator ? `${operator}:${value}` : value;
}
