import type { Metadata } from 'next';
import { PageBody, PageHeader } from '#components/shell/page-header.tsx';
import { FilterBar } from '#components/table/filter-bar.tsx';
import { TableFoot } from '#components/table/table-foot.tsx';
import { buttonClass } from '#components/ui/button-class.ts';
import { EmptyState } from '#components/ui/empty-state.tsx';
import { requireMerchant } from '#lib/access/session.ts';
import { auditGrammar } from '#lib/catalogue/lists.ts';
import { AppError } from '#lib/errors.ts';
import { href } from '#lib/href.ts';
import { t } from '#lib/messages/index.ts';
import { listAudit } from '#lib/read/desk/audit.ts';
import { pagesOf, readAddress, type SearchParams } from '../../_desk/address.ts';
import { formatOf } from '../../_desk/figures.ts';
import { BadAddress, FilteredOut } from '../../_desk/list-states.tsx';
import { Entry } from './entry.tsx';
import { auditFilters } from './filters.ts';
import { verifyAuditAction } from './verify-action.ts';
import { VerifyForm } from './verify-form.tsx';

type Props = { params: Promise<{ workspace: string; mode: string }>; searchParams: SearchParams };

export function generateMetadata(): Metadata {
  return { title: t('audit.title') };
}

export default async function AuditPage({ params, searchParams }: Props) {
  const { workspace, mode } = await params;
  const merchant = await requireMerchant(workspace, mode, 'audit');
  const path = href(merchant, 'settings', 'audit');
  const address = await readAddress(path, searchParams, auditGrammar);
  if (address instanceof AppError) return <BadAddress refusal={address} title={t('audit.title')} path={path} />;

  const { query, to } = address;
  const format = formatOf(merchant);
  const list = await listAudit(merchant, query, format.zone);
  const chips = auditFilters(address, format);
  const narrowed = query.filters.length;
  const clear = to({ filters: [] });
  return (
    <>
      <PageHeader
        title={t('audit.title')}
        note={format.zone}
        back={{ href: href(merchant, 'settings'), label: t('connect.settings') }}
        actions={
          // A file, not a page: the router must not follow it.
          <a href={to({ size: 50 }).replace(path, `${path}/export`)} download className={buttonClass()}>
            {t('audit.export')}
          </a>
        }
      />
      <PageBody>
        <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
          <p className="text-fg-3">{t('audit.about')}</p>
          <VerifyForm action={verifyAuditAction.bind(null, workspace, mode)} words={{ verify: t('audit.verify'), verifying: t('audit.verifying') }} />
        </div>
        <FilterBar filters={chips} clear={narrowed > 0 ? clear : undefined} />
        {list.rows.length > 0 ? (
          <div className="audit">
            <div className="audit-line audit-head" aria-hidden>
              {(['when', 'who', 'what', 'object', 'request'] as const).map((column) => (
                <span key={column}>{t(`audit.${column}`)}</span>
              ))}
            </div>
            <ol aria-label={t('audit.title')}>
              {list.rows.map((row) => (
                <Entry key={row.seq.toString()} row={row} merchant={merchant} format={format} />
              ))}
            </ol>
          </div>
        ) : narrowed > 0 ? (
          <FilteredOut title={t('audit.filteredTitle', { count: narrowed })} chips={chips} search={null} clear={clear} />
        ) : (
          <EmptyState kind="none-yet" title={t('audit.noneTitle')} />
        )}
        <TableFoot rows={list.rows} start={list.start} total={list.total} format={format} {...pagesOf(address, list)} />
      </PageBody>
    </>
  );
}
