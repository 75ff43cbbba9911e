import Link from 'next/link';
import { buttonClass } from './button-class.ts';

export type Pages = { label: string; previous: { label: string; href?: string }; next: { label: string; href?: string } };

/** An end of the list is shown as a button that cannot be pressed, so that the other one never moves. */
export function Pagination({ label, previous, next }: Pages) {
  return (
    <nav aria-label={label} className="flex gap-2">
      <Step {...previous} rel="prev" />
      <Step {...next} rel="next" />
    </nav>
  );
}

function Step({ label, href, rel }: { label: string; href?: string; rel: 'prev' | 'next' }) {
  if (!href)
    return (
      <span aria-disabled="true" role="link" className={buttonClass()}>
        {label}
      </span>
    );
  return (
    <Link href={href} rel={rel} prefetch={false} className={buttonClass()}>
      {label}
    </Link>
  );
}
