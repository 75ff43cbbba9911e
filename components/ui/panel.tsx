import clsx from 'clsx';
import type { ReactNode } from 'react';

export function Panel({
  title,
  id,
  actions,
  children,
  flush,
  className,
}: {
  title?: string;
  id?: string;
  actions?: ReactNode;
  children: ReactNode;
  flush?: boolean;
  className?: string;
}) {
  return (
    <section className={clsx('rounded-panel border border-line bg-surface', className)} aria-labelledby={title && id ? id : undefined}>
      {title ? (
        <header className="flex min-h-11 items-center gap-3 border-b border-line px-4 py-3">
          <h2 id={id} className="text-section font-semibold">
            {title}
          </h2>
          {actions ? <div className="ms-auto flex gap-2">{actions}</div> : null}
        </header>
      ) : null}
      <div className={flush ? undefined : 'px-4 py-3'}>{children}</div>
    </section>
  );
}
