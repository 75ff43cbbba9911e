import Link from 'next/link';
import type { ReactNode } from 'react';
import { type ButtonLook, buttonClass } from './button-class.ts';
import { ExternalIcon } from './leaf-icons.tsx';
import { VisuallyHidden } from './visually-hidden.tsx';

type LinkButtonProps = ButtonLook & { href: string; children: ReactNode; icon?: ReactNode; className?: string; prefetch?: boolean };

export function LinkButton({ href, variant, size, icon, className, children, prefetch = false }: LinkButtonProps) {
  return (
    <Link href={href} prefetch={prefetch} className={buttonClass({ variant, size, className })}>
      {icon}
      {children}
    </Link>
  );
}

/** For pages outside the app; `newTab` is what screen readers hear, such as "opens in a new tab". */
export function ExternalLinkButton({ href, variant, size, className, children, newTab }: Omit<LinkButtonProps, 'prefetch'> & { newTab: string }) {
  return (
    <a href={href} target="_blank" rel="noreferrer" className={buttonClass({ variant, size, className })}>
      {children}
      <ExternalIcon />
      <VisuallyHidden>{newTab}</VisuallyHidden>
    </a>
  );
}
