// A list as a real table, drawn on the server: caption, aria-sort, ordinals, pinned first column, one link per row.
// The explicit roles keep it a table where narrow screens lay its rows out as two lines.
import Link from 'next/link';
import { t } from '#lib/messages/index.ts';
import { ArrowDownIcon, ArrowUpIcon } from '../ui/icons.tsx';
import { Cell } from './cell.tsx';
import type { Cell as CellData, Column, Row, TableDescription } from './describe.ts';
import { LiveBody } from './live-body.tsx';
import { modelOf } from './model.ts';
import { TableFoot } from './table-foot.tsx';

export function DataTable(table: TableDescription) {
  const { caption, columns, rows, total, start, watch, view = caption } = table;
  const model = modelOf(columns, rows);
  const width = model.getTotalSize();
  const column = new Map(columns.map((each) => [each.id, each]));
  const parts = model.getRowModel().rows.map((row, at) => ({
    id: row.id,
    live: row.original.live ?? [row.id],
    node: (
      <tr key={row.id} role="row" data-row={row.id} aria-rowindex={start === undefined ? undefined : start + at + 1}>
        {row.getAllCells().map((cell, index) => (
          <Td key={cell.id} column={column.get(cell.column.id)!} cell={cell.getValue() as CellData} row={row.original} first={index === 0} table={table} />
        ))}
      </tr>
    ),
  }));
  return (
    <div className="table-frame" data-live={watch?.join(' ')}>
      <div className="table-scroll" tabIndex={0} role="region" aria-label={t('tables.scroll', { caption })}>
        <table role="table" className="table" style={{ minInlineSize: width }} aria-rowcount={total.exact ? total.count + 1 : -1}>
          <caption className="sr-only">{caption}</caption>
          <colgroup>
            {columns.map((each) => (
              <col key={each.id} style={{ inlineSize: `${(100 * each.width) / width}%` }} />
            ))}
          </colgroup>
          <thead role="rowgroup">
            <tr role="row" aria-rowindex={start === undefined ? undefined : 1}>
              {model.getHeaderGroups()[0]?.headers.map((header) => (
                <Th key={header.id} column={column.get(header.column.id)!} />
              ))}
            </tr>
          </thead>
          {rows.length > 0 ? <LiveBody key={view} rows={parts} columns={columns.length} hold={start === 1} /> : null}
        </table>
      </div>
      {rows.length === 0 ? table.empty : null}
      <TableFoot {...table} />
    </div>
  );
}

function Th({ column: { label, kind, sort } }: { column: Column }) {
  return (
    <th role="columnheader" scope="col" data-kind={kind} aria-sort={sort?.direction}>
      {sort ? (
        <Link href={sort.href} prefetch={false} scroll={false} title={t('tables.sort', { column: label })}>
          {label}
          {sort.direction === 'descending' ? <ArrowDownIcon size={12} /> : null}
          {sort.direction === 'ascending' ? <ArrowUpIcon size={12} /> : null}
        </Link>
      ) : (
        label
      )}
    </th>
  );
}

function Td({ column, cell, row, first, table }: { column: Column; cell: CellData; row: Row; first: boolean; table: TableDescription }) {
  const drawn = <Cell cell={first ? unlinked(cell) : cell} format={table.format} />;
  return (
    <td role="cell" data-kind={column.kind} data-narrow={column.narrow ?? 'none'} data-first={first || undefined}>
      {first ? (
        <Link href={row.href} prefetch={false} className="row-link" aria-label={row.label}>
          {drawn}
        </Link>
      ) : (
        drawn
      )}
    </td>
  );
}

/** The first cell is the row's own link, so nothing in it may be another one. */
function unlinked(cell: CellData): CellData {
  return cell && 'href' in cell ? { ...cell, href: undefined } : cell;
}
