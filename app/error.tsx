'use client';

import { Failed } from '#components/shell/failed.tsx';
import { Button } from '#components/ui/button.tsx';
import { problem } from '#lib/messages/en/problem.ts';
import { translator } from '#lib/messages/translate.ts';
import { ProblemPage } from './problem-page.tsx';

const t = translator(problem);

export default function ErrorPage({ error, retry }: { error: Error & { digest?: string }; retry: () => void }) {
  return (
    <ProblemPage>
      <Failed request={error.digest} retry={<Button onClick={retry}>{t('problem.tryAgain')}</Button>} />
    </ProblemPage>
  );
}
