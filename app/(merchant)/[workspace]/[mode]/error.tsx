'use client';

import { Failed } from '#components/shell/failed.tsx';
import { Button } from '#components/ui/button.tsx';
import { problem } from '#lib/messages/en/problem.ts';
import { translator } from '#lib/messages/translate.ts';

const t = translator(problem);

/** A page that failed, inside its frame: the rest of the workspace stays a click away. */
export default function PageFailed({ error, retry }: { error: Error & { digest?: string }; retry: () => void }) {
  return <Failed request={error.digest} retry={<Button onClick={retry}>{t('problem.tryAgain')}</Button>} />;
}
