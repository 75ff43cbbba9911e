import type { ReactNode } from 'react';
import { problem } from '#lib/messages/en/problem.ts';
import { translator } from '#lib/messages/translate.ts';
import { LinkButton } from '../ui/link-button.tsx';

const t = translator(problem);

/** The one 404 page: the same for unknown, foreign and other-mode addresses, and nothing of what was asked for. */
export function NotFound({ back }: { back: string }) {
  return (
    <Problem title={t('problem.notFoundTitle')} action={<LinkButton href={back}>{t('problem.notFoundBack')}</LinkButton>}>
      {t('problem.notFoundBody')}
    </Problem>
  );
}

export function Forbidden({ role, owner }: { role: string; owner: string }) {
  return <Problem title={t('problem.forbiddenTitle')}>{t('problem.forbiddenBody', { role, owner })}</Problem>;
}

/** For error boundaries: what failed, what is safe, what to do next, and the request. */
export function Failed({ request, retry }: { request?: string; retry?: ReactNode }) {
  return (
    <Problem title={t('problem.errorTitle')} action={retry} alert>
      {t('problem.errorBody')}
      {request ? <span className="mt-2 block font-mono text-meta">{t('problem.errorRequest', { id: request })}</span> : null}
    </Problem>
  );
}

function Problem({ title, children, action, alert }: { title: string; children: ReactNode; action?: ReactNode; alert?: boolean }) {
  return (
    <div className="problem" role={alert ? 'alert' : undefined}>
      <h1>{title}</h1>
      <p className="text-fg-2">{children}</p>
      {action ? <div className="mt-3">{action}</div> : null}
    </div>
  );
}
