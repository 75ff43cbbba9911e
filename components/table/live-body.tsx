'use client';

import { Fragment, type ReactNode, useEffect, useRef, useState } from 'react';
import { tables } from '#lib/messages/en/tables.ts';
import { translator } from '#lib/messages/translate.ts';
import { countNew, inPlace } from './hold-rows.ts';

type LiveRow = { id: string; live: readonly string[]; node: ReactNode };
const t = translator(tables);

/**
 * The rows of a list. After a live refresh, rows that were not there wait behind "12 new", so that nothing shifts under the pointer;
 * rows that fell off the end meanwhile stay as last read. A row whose object changed flashes.
 */
export function LiveBody({ rows, columns, hold }: { rows: readonly LiveRow[]; columns: number; hold: boolean }) {
  const body = useRef<HTMLTableSectionElement>(null);
  const [shown, setShown] = useState(rows);
  const [seen, setSeen] = useState(rows);
  if (seen !== rows) {
    setSeen(rows);
    setShown(hold ? inPlace(shown, rows) : rows);
  }
  const waiting = hold ? countNew(shown, rows) : 0;
  useFlash(body, shown);
  return (
    <tbody ref={body} role="rowgroup">
      {waiting > 0 ? (
        <tr role="row" className="new-rows">
          <td role="cell" colSpan={columns}>
            <button type="button" aria-label={t('tables.showNew', { count: waiting })} onClick={() => setShown(rows)}>
              {t('tables.newRows', { count: waiting })}
            </button>
          </td>
        </tr>
      ) : null}
      {shown.map(({ id, node }) => (
        <Fragment key={id}>{node}</Fragment>
      ))}
    </tbody>
  );
}

function useFlash(body: React.RefObject<HTMLTableSectionElement | null>, shown: readonly LiveRow[]) {
  const changed = useRef(new Set<string>());
  useEffect(() => {
    const note = (event: Event) => {
      for (const id of (event as CustomEvent<readonly string[]>).detail) changed.current.add(id);
    };
    addEventListener('counterpart:changed', note);
    return () => removeEventListener('counterpart:changed', note);
  }, []);
  useEffect(() => {
    for (const { id, live } of shown) {
      if (!live.some((each) => changed.current.has(each)) && !changed.current.has(id)) continue;
      flash(body.current?.querySelector(`[data-row="${CSS.escape(id)}"]`));
    }
    changed.current.clear();
  }, [shown, body]);
}

function flash(row: Element | null | undefined) {
  if (!row) return;
  row.removeAttribute('data-flash');
  void row.clientHeight;
  row.setAttribute('data-flash', '');
  row.addEventListener('animationend', () => row.removeAttribute('data-flash'), { once: true });
}
