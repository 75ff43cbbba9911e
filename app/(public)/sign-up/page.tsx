import type { Metadata } from 'next';
import Link from 'next/link';
import { PublicPage } from '#components/shell/public-page.tsx';
import { t } from '#lib/messages/index.ts';
import { SignUpForm } from './form.tsx';

export function generateMetadata(): Metadata {
  return { title: t('people.signUp') };
}

export default function SignUpPage() {
  return (
    <PublicPage
      title={t('people.signUp')}
      foot={
        <>
          {t('people.haveOne')}{' '}
          <Link href="/login" prefetch={false} className="text-accent underline underline-offset-2">
            {t('people.signIn')}
          </Link>
        </>
      }
    >
      <SignUpForm />
    </PublicPage>
  );
}
