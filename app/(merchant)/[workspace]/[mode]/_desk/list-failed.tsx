'use client';

import { Button } from '#components/ui/button.tsx';
import { EmptyState } from '#components/ui/empty-state.tsx';
import { tables } from '#lib/messages/en/tables.ts';
import { translator } from '#lib/messages/translate.ts';

const t = translator(tables);

/** A list that failed is never shown as an empty one. The digest is what the log has the cause under. */
export function ListFailed({ error, retry }: { error: Error & { digest?: string }; retry: () => void }) {
  return (
    <>
      <h1 className="sr-only">{t('tables.failedTitle')}</h1>
      <EmptyState
        kind="failed"
        title={t('tables.failedTitle')}
        request={error.digest ? t('tables.request', { id: error.digest }) : undefined}
        action={<Button onClick={retry}>{t('tables.tryAgain')}</Button>}
      >
        {t('tables.failedBody')}
      </EmptyState>
    </>
  );
}
