import { t } from '#lib/messages/index.ts';
import { Ago } from '../object/ago.tsx';
import { copyWords } from '../object/copy-words.ts';
import { type Format, fullDate } from '../object/format.ts';
import type { Definition } from '../ui/definition-list.tsx';
import { Id } from '../ui/id.tsx';
import { Panel } from '../ui/panel.tsx';
import type { Described } from './describe.ts';
import { FactRows } from './fact-rows.tsx';

type Facts = Described & {
  readonly scope: string;
  readonly connectedBy: string | null;
  readonly createdAt: string;
  readonly endedAt: string | null;
  readonly webhookLate: string | null;
  readonly unconfirmed: number;
  readonly facts: { readonly name?: string | null; readonly charges_enabled?: boolean | null };
};

/** Which account, since when, by whom, and the notes that stand beside the state. */
export function ConnectionFacts({ connection, format }: { connection: Facts; format: Format }) {
  const since = fullDate(connection.confirmedAt ?? connection.createdAt, format);
  const items: Definition[] = [
    ...(connection.facts.name ? [{ term: t('connect.name'), value: connection.facts.name }] : []),
    { term: t('connect.stateAccount'), value: <Id id={connection.account} full copy={copyWords(t('connect.stateAccount'))} /> },
    { term: t('connect.stateSince'), value: connection.connectedBy ? t('connect.stateBy', { date: since, name: connection.connectedBy }) : since },
    ...(connection.endedAt ? [{ term: t('connect.stateEnded'), value: fullDate(connection.endedAt, format) }] : []),
    { term: t('connect.stateScope'), value: scopeText(connection.scope) },
    { term: t('connect.stateEvent'), value: connection.newestEvent ? <Ago at={connection.newestEvent} format={format} /> : t('connect.noEvent') },
  ];
  return (
    <Panel>
      <FactRows items={items} />
      <Notes connection={connection} format={format} />
    </Panel>
  );
}

function Notes({ connection, format }: { connection: Facts; format: Format }) {
  const notes = [
    connection.webhookLate ? t.rich('connect.noteLate', { age: <Ago key="age" at={connection.webhookLate} format={format} /> }) : null,
    connection.facts.charges_enabled === false ? t('connect.notePaused') : null,
    connection.unconfirmed > 0 ? t('connect.noteUnconfirmed', { count: connection.unconfirmed }) : null,
  ].filter(Boolean);
  if (notes.length === 0) return null;
  return (
    <ul className="mt-3 grid gap-1 border-t border-line pt-3 text-fg-2">
      {notes.map((note, at) => (
        <li key={at}>{note}</li>
      ))}
    </ul>
  );
}

function scopeText(scope: string): string {
  if (scope === 'read_write') return t('connect.scopeReadWrite');
  return scope === 'read_only' ? t('connect.scopeReadOnly') : scope;
}
