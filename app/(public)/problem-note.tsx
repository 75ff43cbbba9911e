import { Note } from '#components/ui/banner.tsx';

/** What stands above a form that was refused as a whole. */
export function ProblemNote({ children }: { children: string | undefined }) {
  if (!children) return null;
  return (
    <div data-problem tabIndex={-1}>
      <Note tone="neg" alert>
        {children}
      </Note>
    </div>
  );
}
