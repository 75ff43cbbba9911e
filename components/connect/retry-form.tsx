'use client';

import { useRouter } from 'next/navigation';
import { useActionState } from 'react';
import { Button } from '../ui/button.tsx';
import { announce } from '../ui/status-region.tsx';
import { VisuallyHidden } from '../ui/visually-hidden.tsx';

type Answer = { readonly tone: 'pos' | 'neg'; readonly text: string };
type Props = { action: () => Promise<Answer>; words: { again: string; busy: string; of: string } };

/** What came of it is read out; a refusal stays beside the button. The row itself follows the event. */
export function RetryForm({ action, words }: Props) {
  const router = useRouter();
  const [answer, retry, busy] = useActionState<Answer | null>(async () => {
    const came = await action();
    if (came.tone === 'pos') announce(came.text);
    router.refresh();
    return came;
  }, null);
  return (
    <form action={retry} className="grid justify-items-end gap-1 max-md:w-full max-md:justify-items-stretch">
      <Button type="submit" busy={busy}>
        {busy ? words.busy : words.again}
        <VisuallyHidden>{` ${words.of}`}</VisuallyHidden>
      </Button>
      {answer?.tone === 'neg' && !busy ? (
        <p role="alert" className="text-meta text-neg-fg">
          {answer.text}
        </p>
      ) : null}
    </form>
  );
}
