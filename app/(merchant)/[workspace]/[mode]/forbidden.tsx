import { headers } from 'next/headers';
import { Forbidden } from '#components/shell/problem.tsx';
import { PATH_HEADER } from '#lib/access/ingress.ts';
import { findMerchant, ownersOf } from '#lib/access/session.ts';
import { t } from '#lib/messages/index.ts';

/**
 * For members whose role is too low, inside their frame. Next renders it beside every page and tells it nothing of what was asked,
 * so it names the role that every page beyond a viewer's reach needs (design/UX.md §9, Routes).
 */
export default async function ForbiddenPage() {
  const [, slug = '', mode = ''] = ((await headers()).get(PATH_HEADER) ?? '').split(/[/?]/);
  const merchant = await findMerchant(slug, mode);
  if (!merchant) return null;
  const owner = (await ownersOf(merchant.workspace.id))[0]?.name ?? t('people.role.owner');
  return <Forbidden role={t('people.role.admin')} owner={owner} />;
}
