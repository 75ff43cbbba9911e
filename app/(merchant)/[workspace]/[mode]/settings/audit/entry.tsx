// One entry of the audit log: a line that opens to all that was kept of it.
import Link from 'next/link';
import { copyWords } from '#components/object/copy-words.ts';
import { type Format, fullDate, listDate } from '#components/object/format.ts';
import { None } from '#components/table/cell.tsx';
import { type Definition, DefinitionList } from '#components/ui/definition-list.tsx';
import { elide, Id } from '#components/ui/id.tsx';
import type { Merchant } from '#lib/merchant.ts';
import { t } from '#lib/messages/index.ts';
import type { AuditRow } from '#lib/read/desk/audit.ts';
import { changesOf, modeText, objectHref, whatText, whoText } from './describe.ts';

export function Entry({ row, merchant, format }: { row: AuditRow; merchant: Merchant; format: Format }) {
  const page = objectHref(row, merchant);
  const at = row.at.toISOString();
  return (
    <li className="audit-entry">
      <details>
        <summary className="audit-line">
          <time dateTime={row.exact} className="text-fg-3">
            {listDate(at, format)}
          </time>
          <span className="audit-who">
            <bdi>{whoText(row)}</bdi>
          </span>
          <span className="audit-what">
            <bdi>{whatText(row, format.locale)}</bdi>
          </span>
          <span className="audit-wide cell-id">{page ? null : row.object ? elide(row.object.id) : <None />}</span>
          <span className="audit-wide cell-id">{row.request ? elide(row.request) : <None />}</span>
        </summary>
        <div className="audit-kept">
          <DefinitionList items={keptOf(row, page, format)} />
        </div>
      </details>
      {page && row.object ? (
        <Link href={page} prefetch={false} title={row.object.id} className="audit-link cell-id">
          {elide(row.object.id)}
        </Link>
      ) : null}
    </li>
  );
}

function keptOf(row: AuditRow, page: string | null, format: Format): Definition[] {
  const { actor, object } = row;
  const mode = modeText(row.livemode);
  return [
    { term: t('audit.entry'), value: row.seq.toLocaleString(format.locale) },
    { term: t('audit.fullTime'), value: fullDate(row.at.toISOString(), format) },
    { term: t('audit.word'), value: <code className="font-mono text-meta">{row.act}</code> },
    { term: t('audit.actor'), value: actor.role ? t('audit.actorRole', { id: actor.id, role: actor.role }) : actor.id },
    ...(mode ? [{ term: t('audit.mode'), value: mode }] : []),
    ...idFact(t('audit.account'), row.account),
    ...(object && page ? [{ term: t('audit.object'), value: <ObjectLink id={object.id} href={page} /> }] : idFact(t('audit.object'), object?.id ?? null)),
    ...idFact(t('audit.operation'), row.operation),
    ...idFact(t('audit.request'), row.request),
    ...changesOf(row).map(({ field, before, after }) => ({ term: field, value: <bdi>{t('audit.change', { before, after })}</bdi> })),
    ...Object.entries(row.texts).map(([field, text]) => ({ term: field, value: <bdi className="whitespace-pre-wrap">{text}</bdi> })),
  ];
}

function idFact(term: string, id: string | null): Definition[] {
  return id === null ? [] : [{ term, value: <Id id={id} full copy={copyWords(term)} /> }];
}

function ObjectLink({ id, href }: { id: string; href: string }) {
  return (
    <Link href={href} prefetch={false} className="font-mono text-meta break-all text-accent hover:underline">
      {id}
    </Link>
  );
}
