import type { Metadata } from 'next';
import Link from 'next/link';
import { PublicPage } from '#components/shell/public-page.tsx';
import { Button } from '#components/ui/button.tsx';
import { LinkButton } from '#components/ui/link-button.tsx';
import { requireSignedIn } from '#lib/access/session.ts';
import { isRole } from '#lib/access/roles.ts';
import { listWorkspaces } from '#lib/access/workspaces.ts';
import { t } from '#lib/messages/index.ts';

export function generateMetadata(): Metadata {
  return { title: t('people.workspaces') };
}

export default async function WorkspacesPage() {
  const { person } = await requireSignedIn();
  const workspaces = await listWorkspaces(person.id);
  return (
    <PublicPage title={t('people.workspaces')} lead={workspaces.length === 0 ? t('people.noWorkspaces') : undefined} foot={person.email} wide>
      {workspaces.length > 0 ? (
        <ul className="grid gap-1">
          {workspaces.map(({ slug, name, role }) => (
            <li key={slug}>
              <Link href={`/${slug}`} prefetch={false} className="flex min-h-11 items-center gap-3 rounded-control border border-line px-3 py-2 hover:bg-hover">
                <span aria-hidden className="workspace-logo">
                  {[...name][0]?.toUpperCase()}
                </span>
                <span className="grid min-w-0">
                  <span className="truncate font-medium">{name}</span>
                  <span className="truncate font-mono text-meta text-fg-3">{slug}</span>
                </span>
                <span className="ms-auto text-fg-3">{isRole(role) ? t(`people.role.${role}`) : null}</span>
              </Link>
            </li>
          ))}
        </ul>
      ) : null}
      <div className="flex flex-wrap gap-2">
        <LinkButton href="/welcome" variant={workspaces.length === 0 ? 'primary' : 'plain'}>
          {t('people.welcome')}
        </LinkButton>
        <form action="/api/auth/sign-out" method="post" className="ms-auto">
          <Button type="submit" variant="ghost">
            {t('people.signOut')}
          </Button>
        </form>
      </div>
    </PublicPage>
  );
}
