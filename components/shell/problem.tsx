import type { ReactNode } from 'react';
import { shell } from '#lib/messages/en/shell.ts';
import { translator } from '#lib/messages/translate.ts';
import { LinkButton } from '../ui/link-button.tsx';

const t = translator(shell);

/** The one 404 page: the same for unknown, foreign and other-mode addresses, and nothing of what was asked for. */
export function NotFound({ back }: { back: string }) {
  return (
    <Problem title={t('shell.notFoundTitle')} action={<LinkButton href={back}>{t('shell.notFoundBack')}</LinkButton>}>
      {t('shell.notFoundBody')}
    </Problem>
  );
}

export function Forbidden({ role, owner }: { role: string; owner: string }) {
  return <Problem title={t('shell.forbiddenTitle')}>{t('shell.forbiddenBody', { role, owner })}</Problem>;
}

/** For error boundaries: what failed, what is safe, what to do next, and the request. */
export function Failed({ request, retry }: { request?: string; retry?: ReactNode }) {
  return (
    <Problem title={t('shell.errorTitle')} action={retry} alert>
      {t('shell.errorBody')}
      {request ? <span className="mt-2 block font-mono text-meta">{t('shell.errorRequest', { id: request })}</span> : null}
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
