// The frame around a workspace's pages, drawn for members. It never decides who may see a page: each page does (requireMerchant).
import type { Metadata } from 'next';
import { cookies } from 'next/headers';
import type { ComponentProps, ReactNode } from 'react';
import { ConnectPrompt } from '#components/connect/connect-prompt.tsx';
import { syncOf } from '#components/connect/sync.ts';
import type { Format } from '#components/object/format.ts';
import { Activity } from '#components/shell/activity.tsx';
import type { ModeChoice, NavGroup } from '#components/shell/describe.ts';
import { Frame } from '#components/shell/frame.tsx';
import { readTheme, THEME_COOKIE } from '#components/shell/theme.ts';
import { ACTIVE_COOKIE, findMerchant, ownersOf } from '#lib/access/session.ts';
import { listWorkspaces } from '#lib/access/workspaces.ts';
import { findConnection } from '#lib/connection/state.ts';
import { env } from '#lib/env.ts';
import { href, type Place } from '#lib/href.ts';
import { modeOf } from '#lib/ledger.ts';
import type { Merchant } from '#lib/merchant.ts';
import { t } from '#lib/messages/index.ts';
import { listNeeding } from '#lib/read/desk/needs-you.ts';
import { hasMode } from '#lib/stripe.ts';

type Props = { params: Promise<{ workspace: string; mode: string }>; children: ReactNode };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { workspace, mode } = await params;
  const merchant = await findMerchant(workspace, mode);
  if (!merchant) return {};
  const place = `${merchant.livemode ? '' : `${t('shell.testData')} · `}${merchant.workspace.name}`;
  return { title: { template: `%s · ${place} · ${t('shell.app')}`, default: place } };
}

export default async function WorkspaceLayout({ params, children }: Props) {
  const { workspace, mode } = await params;
  const merchant = await findMerchant(workspace, mode);
  if (!merchant || merchant.actor.kind !== 'person') return children;
  const { name, email } = merchant.actor;
  const [connection, workspaces, owners, needing] = await Promise.all([
    findConnection(merchant),
    listWorkspaces(merchant.actor.id),
    ownersOf(merchant.workspace.id),
    merchant.ledger ? listNeeding(merchant.ledger) : [],
  ]);
  const format: Format = { locale: merchant.workspace.locale, zone: merchant.workspace.timeZone, now: new Date().toISOString() };
  const settings = href(merchant, 'settings', 'connection');
  return (
    <Frame
      workspace={{
        name: merchant.workspace.name,
        account: connection?.account ?? null,
        modes: modesOf(merchant),
        workspaces: workspaces.map((each) => ({ name: each.name, href: `/${each.slug}`, current: each.slug === merchant.workspace.slug })),
        allWorkspaces: '/workspaces',
      }}
      mode={modeOf(merchant)}
      nav={navOf(merchant, needing.length)}
      crumbs={[
        { href: `${settings}/confirm`, label: t('connect.confirmTitle') },
        { href: href(merchant, 'settings', 'refunds'), label: t('limits.title') },
      ]}
      user={{
        person: { name, email },
        theme: readTheme((await cookies()).get(THEME_COOKIE)?.value),
        signOut: '/api/auth/sign-out',
        support: env().SUPPORT_URL,
      }}
      sync={syncOf(connection, settings, format)}
      format={format}
      stream={connection ? `/api/stream?workspace=${merchant.workspace.slug}&mode=${modeOf(merchant)}` : undefined}
      banner={
        <ConnectPrompt
          place={placeOf(merchant)}
          connection={connection}
          mayConnect={merchant.can.has('connect')}
          ask={owners[0]?.name ?? null}
          format={format}
        />
      }
    >
      {children}
      <Activity cookie={ACTIVE_COOKIE} />
    </Frame>
  );
}

function placeOf(merchant: Merchant): ComponentProps<typeof ConnectPrompt>['place'] {
  const other = otherMode(merchant);
  return {
    workspace: merchant.workspace.slug,
    mode: modeOf(merchant),
    page: href(merchant, 'settings', 'connection'),
    otherPage: href(other, 'settings', 'connection'),
    otherMode: hasMode(other.livemode),
  };
}

/** The mode shown, and the other one where this installation has keys for it. */
function modesOf(merchant: Merchant): ModeChoice[] {
  const other = otherMode(merchant);
  return [
    { mode: modeOf(merchant), href: href(merchant, 'payments'), current: true },
    ...(hasMode(other.livemode) ? [{ mode: modeOf(other), href: href(other, 'payments') }] : []),
  ].sort((a, b) => a.mode.localeCompare(b.mode));
}

function otherMode(merchant: Merchant): Place {
  return { workspace: merchant.workspace, livemode: !merchant.livemode };
}

/** Only what exists. */
function navOf(merchant: Merchant, needing: number): NavGroup[] {
  return [
    {
      items: [
        { href: href(merchant, 'payments'), label: t('shell.payments'), icon: 'payments' },
        { href: href(merchant, 'customers'), label: t('shell.customers'), icon: 'customers' },
        { href: href(merchant, 'refunds'), label: t('shell.refunds'), icon: 'refunds', needing, watch: ['re_', 'pyr_', 'op_'] },
      ],
    },
    { label: t('shell.connectionGroup'), items: [{ href: href(merchant, 'settings', 'connection'), label: t('shell.settings'), icon: 'settings' }] },
  ];
}
