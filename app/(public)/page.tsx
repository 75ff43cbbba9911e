import type { Metadata } from 'next';
import { PublicPage } from '#components/shell/public-page.tsx';
import { LinkButton } from '#components/ui/link-button.tsx';
import { findSignedIn } from '#lib/access/session.ts';
import { t } from '#lib/messages/index.ts';

export function generateMetadata(): Metadata {
  return { title: { absolute: t('shell.app') }, description: t('people.frontLead') };
}

export default async function FrontPage() {
  const signedIn = await findSignedIn();
  return (
    <PublicPage title={t('people.front')} lead={t('people.frontLead')} wide>
      <ul className="grid list-disc gap-1 ps-5 text-fg-2">
        <li>{t('people.frontMirror')}</li>
        <li>{t('people.frontRefund')}</li>
        <li>{t('people.frontKeep')}</li>
      </ul>
      <div className="flex flex-wrap gap-2">
        {signedIn ? (
          <LinkButton href="/workspaces" variant="primary" size="large">
            {t('people.open')}
          </LinkButton>
        ) : (
          <>
            <LinkButton href="/sign-up" variant="primary" size="large">
              {t('people.signUp')}
            </LinkButton>
            <LinkButton href="/login" size="large">
              {t('people.signIn')}
            </LinkButton>
          </>
        )}
      </div>
    </PublicPage>
  );
}
