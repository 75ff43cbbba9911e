import type { Metadata } from 'next';
import { NotFound } from '#components/shell/problem.tsx';
import { t } from '#lib/messages/index.ts';
import { ProblemPage } from './problem-page.tsx';

export function generateMetadata(): Metadata {
  return { title: t('problem.notFoundTitle') };
}

/** The one 404: the same for unknown, foreign and other-mode addresses. */
export default function NotFoundPage() {
  return (
    <ProblemPage>
      <NotFound back="/workspaces" />
    </ProblemPage>
  );
}
