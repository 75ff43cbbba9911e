import type { Metadata } from 'next';
import { PublicPage } from '#components/shell/public-page.tsx';
import { LinkButton } from '#components/ui/link-button.tsx';
import { findVerification } from '#lib/access/verify.ts';
import { t } from '#lib/messages/index.ts';
import { VerifyForm } from './form.tsx';

export function generateMetadata(): Metadata {
  return { title: t('people.verify'), robots: { index: false } };
}

export default async function VerifyPage({ params }: { params: Promise<{ token: string }> }) {
  const { token } = await params;
  const found = await findVerification(token);
  if (!found) {
    return (
      <PublicPage title={t('people.verify')} lead={t('people.linkGone')}>
        <p className="text-fg-2">{t('people.linkGoneNext')}</p>
        <div className="flex gap-2">
          <LinkButton href="/login" variant="primary">
            {t('people.signIn')}
          </LinkButton>
          <LinkButton href="/sign-up">{t('people.signUp')}</LinkButton>
        </div>
      </PublicPage>
    );
  }
  return (
    <PublicPage title={t('people.verify')} lead={t('people.verifyLead', { email: found.email })}>
      <VerifyForm token={token} email={found.email} />
    </PublicPage>
  );
}
