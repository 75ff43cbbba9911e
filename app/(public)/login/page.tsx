import type { Metadata } from 'next';
import Link from 'next/link';
import { redirect } from 'next/navigation';
import { PublicPage } from '#components/shell/public-page.tsx';
import { findSignedIn } from '#lib/access/session.ts';
import { homeOf } from '#lib/access/workspaces.ts';
import { safePath } from '#lib/href.ts';
import { t } from '#lib/messages/index.ts';
import { LogInForm } from './form.tsx';

export function generateMetadata(): Metadata {
  return { title: t('people.signIn') };
}

export default async function LogInPage({ searchParams }: { searchParams: Promise<{ next?: string | string[] }> }) {
  const { next } = await searchParams;
  const wanted = safePath(typeof next === 'string' ? next : null, '');
  const signedIn = await findSignedIn();
  if (signedIn) redirect(wanted || (await homeOf(signedIn.person.id)));
  return (
    <PublicPage
      title={t('people.signIn')}
      foot={
        <>
          {t('people.noAccount')}{' '}
          <Link href="/sign-up" prefetch={false} className="text-accent underline underline-offset-2">
            {t('people.signUp')}
          </Link>
        </>
      }
    >
      <LogInForm next={wanted} />
    </PublicPage>
  );
}
