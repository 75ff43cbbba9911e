'use client';

import { Failed } from '#components/shell/problem.tsx';
import { Button } from '#components/ui/button.tsx';
import { shell } from '#lib/messages/en/shell.ts';
import { translator } from '#lib/messages/translate.ts';
import { ProblemPage } from './problem-page.tsx';

const t = translator(shell);

export default function ErrorPage({ error, reset }: { error: Error & { digest?: string }; reset: () => void }) {
  return (
    <ProblemPage>
      <Failed request={error.digest} retry={<Button onClick={reset}>{t('shell.tryAgain')}</Button>} />
    </ProblemPage>
  );
}
