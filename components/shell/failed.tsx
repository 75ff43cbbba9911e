import type { ReactNode } from 'react';
import { problem } from '#lib/messages/en/problem.ts';
import { translator } from '#lib/messages/translate.ts';

const t = translator(problem);

/** For error boundaries, which every page brings along, so it draws on as little as it can: what failed, what is safe, what to do next, and the request. */
export function Failed({ request, retry }: { request?: string; retry?: ReactNode }) {
  return (
    <div className="problem" role="alert">
      <h1>{t('problem.errorTitle')}</h1>
      <p className="text-fg-2">
        {t('problem.errorBody')}
        {request ? <span className="mt-2 block font-mono text-meta">{t('problem.errorRequest', { id: request })}</span> : null}
      </p>
      {retry ? <div className="mt-3">{retry}</div> : null}
    </div>
  );
}
