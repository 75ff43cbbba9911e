import clsx from 'clsx';
import type { ReactNode } from 'react';
import type { Tone } from './tone.ts';

/** One line across the content: what is the case, and the one act that helps. `label` names the region. */
export function Banner({
  label,
  tone = 'info',
  icon,
  children,
  action,
}: {
  label: string;
  tone?: Tone;
  icon?: ReactNode;
  children: ReactNode;
  action?: ReactNode;
}) {
  return (
    <section aria-label={label} className="banner" data-tone={tone}>
      {icon}
      <p className="min-w-0">{children}</p>
      {action ? <div className="ms-auto shrink-0">{action}</div> : null}
    </section>
  );
}

/** A few words inside a form or panel. `alert` for refusals, so that they are read at once. */
export function Note({ tone = 'info', alert, children, className }: { tone?: Tone; alert?: boolean; children: ReactNode; className?: string }) {
  return (
    <div className={clsx('note', className)} data-tone={tone} role={alert ? 'alert' : undefined}>
      {children}
    </div>
  );
}
