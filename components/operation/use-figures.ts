'use client';

import { useState } from 'react';
import type { RefundFigures } from './refund-outcome.ts';
import type { Answer } from './use-refund.ts';

/** The newest figures, from the page as it refreshes or from a "changed" answer, and which of them moved since the dialog opened. */
export function useFigures(fromPage: RefundFigures, answer: Answer | null) {
  const [first] = useState(fromPage);
  const [figures, setFigures] = useState(fromPage);
  const [heard, setHeard] = useState<{ page: RefundFigures; answer: Answer | null }>({ page: fromPage, answer });
  if (!same(heard.page, fromPage) || heard.answer !== answer) {
    setHeard({ page: fromPage, answer });
    setFigures(answer?.kind === 'changed' && heard.answer !== answer ? answer.figures : fromPage);
  }
  return { figures, changed: { left: figures.left !== first.left, alreadyRefunded: figures.alreadyRefunded !== first.alreadyRefunded } };
}

function same(a: RefundFigures, b: RefundFigures): boolean {
  return a.left === b.left && a.alreadyRefunded === b.alreadyRefunded;
}
