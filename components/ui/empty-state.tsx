import type { ReactNode } from 'react';

/** Why nothing stands here, and the one act that helps. Kinds: never had any, filtered out, not mirrored yet, failed. */
export function EmptyState({
  kind,
  title,
  children,
  action,
  request,
}: {
  kind: 'none-yet' | 'filtered' | 'not-mirrored' | 'failed';
  title: string;
  children?: ReactNode;
  action?: ReactNode;
  request?: string;
}) {
  return (
    <div className="empty" data-kind={kind} role={kind === 'failed' ? 'alert' : undefined}>
      <p className="font-medium text-fg">{title}</p>
      {children ? <div className="text-fg-3">{children}</div> : null}
      {request ? <p className="font-mono text-meta text-fg-3">{request}</p> : null}
      {action ? <div className="mt-2">{action}</div> : null}
    </div>
  );
}
