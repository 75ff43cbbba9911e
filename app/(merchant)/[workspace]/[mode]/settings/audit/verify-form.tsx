'use client';

import { useActionState } from 'react';
import { Button } from '#components/ui/button.tsx';
import type { VerifyAnswer } from './verify-action.ts';

type Props = { action: () => Promise<VerifyAnswer>; words: { verify: string; verifying: string } };

/** What the walk found is read out, and stays until the next one. */
export function VerifyForm({ action, words }: Props) {
  const [answer, walk, busy] = useActionState<VerifyAnswer | null>(action, null);
  return (
    <form action={walk} className="flex flex-wrap items-center gap-x-3 gap-y-1">
      <p role="status" className={answer?.tone === 'neg' ? 'font-medium text-neg-fg' : 'text-fg-2'}>
        {busy ? null : answer?.text}
      </p>
      <Button type="submit" busy={busy}>
        {busy ? words.verifying : words.verify}
      </Button>
    </form>
  );
}
