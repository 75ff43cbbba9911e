import type { ReactNode } from 'react';

/** Where a page that cannot be shown says so: no frame, for nothing of the workspace may stand there. */
export function ProblemPage({ children }: { children: ReactNode }) {
  return (
    <div className="public">
      <main id="content" tabIndex={-1}>
        {children}
      </main>
    </div>
  );
}
