// Where Stripe's window ends: it tells the page that waits and closes itself. What happened is read from the server, never from the address.
import { ReturnNotice } from '#components/connect/return-notice.tsx';
import { PublicPage } from '#components/shell/public-page.tsx';
import { Note } from '#components/ui/banner.tsx';
import { buttonClass } from '#components/ui/button-class.ts';
import { sayAnswer } from '#components/connect/say.ts';
import { findSignedIn } from '#lib/access/session.ts';
import { findAttempt } from '#lib/connection/attempt.ts';
import { nameHolder } from '#lib/connection/holder.ts';
import { whereNext } from '#lib/connection/where.ts';
import { t } from '#lib/messages/index.ts';

export const metadata = { title: t('connect.returnTitle') };

export default async function ReturnPage({ searchParams }: { searchParams: Promise<{ attempt?: string | string[] }> }) {
  const { attempt: id } = await searchParams;
  const signedIn = await findSignedIn();
  const attempt = signedIn && typeof id === 'string' ? await findAttempt({ person: signedIn.person.id, session: signedIn.session }, id) : null;
  const holder = attempt?.outcome === 'held_elsewhere' && attempt.account ? await nameHolder(attempt.account, attempt.livemode, signedIn!.person.id) : null;
  const answer = { outcome: attempt?.outcome ?? 'expired', detail: attempt?.detail ?? null, holder: holder?.name ?? null, next: null };
  const said = sayAnswer(answer, attempt?.mode ?? 'test');
  return (
    <PublicPage title={t('connect.returnTitle')}>
      {attempt?.outcome === 'open' ? null : (
        <Note tone={said.tone}>
          <p className="text-body">{said.text}</p>
        </Note>
      )}
      {attempt ? <ReturnNotice attempt={attempt.id} /> : null}
      <p>
        <a href={attempt ? whereNext(attempt) : '/workspaces'} className={buttonClass({ variant: 'plain', size: 'large' })}>
          {t('connect.returnGoOn')}
        </a>
      </p>
    </PublicPage>
  );
}
