import type { Metadata } from 'next';
import { PageBody, PageHeader } from '#components/shell/page-header.tsx';
import { Panel } from '#components/ui/panel.tsx';
import { limitedRoles } from '#lib/access/roles.ts';
import { requireMerchant } from '#lib/access/session.ts';
import { href } from '#lib/href.ts';
import type { Merchant, Role } from '#lib/merchant.ts';
import { t } from '#lib/messages/index.ts';
import { formatAmount, formatMoney } from '#lib/money.ts';
import { maySetLimitsOf, readLimitLines, type LimitLines } from '#lib/perform/limit-lines.ts';
import { defaultStepUp, type Line } from '#lib/perform/limits.ts';
import { currenciesBut, formLines, lineText } from './describe.ts';
import { LimitForm } from './limit-form.tsx';
import { LimitRow } from './limit-row.tsx';
import { setLimitsAction, setStepUpAmountsAction } from './limits-action.ts';
import { RoleTable } from './role-table.tsx';

type Props = { params: Promise<{ workspace: string; mode: string }>; searchParams: Promise<{ edit?: string | string[] }> };

export function generateMetadata(): Metadata {
  return { title: t('limits.title') };
}

export default async function RefundLimitsPage({ params, searchParams }: Props) {
  const { workspace, mode } = await params;
  const merchant = await requireMerchant(workspace, mode);
  const limits = await readLimitLines(merchant);
  const { edit } = await searchParams;
  const page: Page = {
    merchant,
    place: { workspace, mode },
    limits,
    path: href(merchant, 'settings', 'refunds'),
    edited: typeof edit === 'string' ? edit : null,
  };
  return (
    <>
      <PageHeader title={t('limits.title')} back={{ href: href(merchant, 'settings'), label: t('connect.settings') }} />
      <PageBody>
        <div className="grid max-w-[880px] grid-cols-[minmax(0,1fr)] gap-4">
          <p className="text-fg-3">
            {t('limits.about', { zone: merchant.workspace.timeZone })} {merchant.can.has('team') ? null : t('limits.readOnly')}
          </p>
          <Panel title={t('limits.roles')} id="roles" flush>
            <ul>{limits.roles.map(({ role, lines }) => row(page, { whose: role, role, name: t(`people.role.${role}`), lines, none: noneOf(role) }))}</ul>
          </Panel>
          <Panel title={t('limits.people')} id="people" flush>
            {limits.people.length === 0 ? <p className="px-4 py-3 text-fg-3">{t('limits.peopleNone')}</p> : null}
            <ul>
              {limits.people.map(({ id, name, role, lines }) =>
                row(page, {
                  whose: id,
                  role,
                  name: id === merchant.actor.id ? t('limits.you', { name }) : name,
                  note: t(`people.role.${role}`),
                  lines,
                  none: t('limits.none.asRole'),
                }),
              )}
            </ul>
          </Panel>
          <Panel title={t('limits.stepUp')} id="step-up" flush>
            <ul>
              <StepUp {...page} />
            </ul>
            <p className="border-t border-line px-4 py-3 text-fg-3">
              {t('limits.stepUpAbout')} {t('limits.keys')}
            </p>
          </Panel>
          <Panel title={t('limits.can')} id="can" flush>
            <RoleTable />
          </Panel>
        </div>
      </PageBody>
    </>
  );
}

type Page = { merchant: Merchant; place: { workspace: string; mode: string }; limits: LimitLines; path: string; edited: string | null };
type Whose = { whose: string; role: Role; name: string; note?: string; lines: readonly Line[]; none: string };

function row({ merchant, place, limits, path, edited }: Page, { whose, role, name, note, lines, none }: Whose) {
  const { locale } = merchant.workspace;
  const may = maySetLimitsOf(merchant, role);
  const title = t('limits.editOf', { name });
  const opener = `edit-${whose}`;
  return (
    <LimitRow
      key={whose}
      id={opener}
      name={name}
      note={note}
      lines={lines.map((line) => lineText(line, locale))}
      none={none}
      edit={may && edited !== whose ? { href: `${path}?edit=${whose}`, label: title } : undefined}
    >
      {may && edited === whose ? (
        <LimitForm
          title={title}
          lines={formLines(lines, locale)}
          figures={['each', 'day']}
          currencies={currenciesBut(
            lines.map(({ currency }) => currency),
            limits.used,
          )}
          action={setLimitsAction.bind(null, place.workspace, place.mode, whose)}
          back={path}
          opener={opener}
          binds={!limitedRoles.has(role)}
        />
      ) : null}
    </LimitRow>
  );
}

function StepUp({ merchant, place, limits: { stepUp, used }, path, edited }: Page) {
  const { locale } = merchant.workspace;
  const money = (amount: bigint, currency: string) => formatMoney(amount, currency, locale);
  const rest = used.filter((code) => !stepUp.some(({ currency }) => currency === code));
  const may = merchant.can.has('team') && merchant.actor.kind === 'person';
  const isEdited = may && edited === 'password';
  return (
    <LimitRow
      id="edit-password"
      name={merchant.workspace.name}
      lines={[
        ...stepUp.map(({ currency, amount }) => t('limits.stepUpLine', { amount: money(amount, currency) })),
        ...rest.map((code) => t('limits.stepUpDefault', { currency: code.toUpperCase(), amount: money(defaultStepUp(code), code) })),
      ]}
      none={t('limits.none.free')}
      edit={may && !isEdited ? { href: `${path}?edit=password`, label: t('limits.stepUpEdit') } : undefined}
    >
      {isEdited ? (
        <LimitForm
          title={t('limits.stepUpEdit')}
          lines={stepUp.map(({ currency, amount }) => ({ currency, figures: { above: formatAmount(amount, currency, locale) } }))}
          figures={['above']}
          currencies={currenciesBut(
            stepUp.map(({ currency }) => currency),
            used,
          )}
          action={setStepUpAmountsAction.bind(null, place.workspace, place.mode)}
          back={path}
          opener="edit-password"
          binds={false}
        />
      ) : null}
    </LimitRow>
  );
}

function noneOf(role: Role): string {
  return t(limitedRoles.has(role) ? 'limits.none.bound' : 'limits.none.free');
}
