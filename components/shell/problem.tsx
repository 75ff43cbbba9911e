import type { ReactNode } from 'react';
import { t } from '#lib/messages/index.ts';
import { LinkButton } from '../ui/link-button.tsx';

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

function Problem({ title, children, action }: { title: string; children: ReactNode; action?: ReactNode }) {
  return (
    <div className="problem">
      <h1>{title}</h1>
      <p className="text-fg-2">{children}</p>
      {action ? <div className="mt-3">{action}</div> : null}
    </div>
  );
}
