// One role or member with what binds it, and its form where that was asked for.
import Link from 'next/link';
import type { ReactNode } from 'react';
import { VisuallyHidden } from '#components/ui/visually-hidden.tsx';
import { t } from '#lib/messages/index.ts';

type LimitRowProps = {
  /** The edit link's id, to which focus returns. */
  id: string;
  name: string;
  note?: string;
  lines: readonly string[];
  /** Said where there is no line. */
  none: string;
  /** The address that opens the form; absent for those who may not. */
  edit?: { readonly href: string; readonly label: string };
  children?: ReactNode;
};

export function LimitRow({ id, name, note, lines, none, edit, children }: LimitRowProps) {
  return (
    <li className="border-t border-line first:border-t-0">
      <div className="grid grid-cols-[200px_1fr_auto] items-start gap-x-4 gap-y-1 px-4 py-3 max-md:grid-cols-[1fr_auto]">
        <p className="min-w-0 break-words font-medium">
          {name} {note ? <span className="font-normal text-fg-3">{note}</span> : null}
        </p>
        <div className="min-w-0 text-fg-2 max-md:col-span-full max-md:row-start-2">
          {lines.length === 0 ? (
            <p className="text-fg-3">{none}</p>
          ) : (
            <ul className="grid gap-0.5 tabular-nums">
              {lines.map((line) => (
                <li key={line}>{line}</li>
              ))}
            </ul>
          )}
        </div>
        {edit ? (
          <Link
            id={id}
            href={edit.href}
            prefetch={false}
            scroll={false}
            className="inline-flex min-h-6 items-center text-accent hover:underline max-md:min-h-11 max-md:-my-3"
          >
            <span aria-hidden>{t('limits.edit')}</span>
            <VisuallyHidden>{edit.label}</VisuallyHidden>
          </Link>
        ) : null}
      </div>
      {children}
    </li>
  );
}
