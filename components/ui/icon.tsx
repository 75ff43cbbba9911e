// Draws an icon from lucide's data rather than by its client component, so that server-drawn ones reach no browser as code.
import clsx from 'clsx';
import { createElement } from 'react';

type Drawing = { node: readonly (readonly [tag: string, attributes: Record<string, string>])[] };
type IconProps = { className?: string; size?: number };

export function icon(module: object) {
  // Each of lucide's icon modules exports its drawing beside the component, but declares no type for it.
  const { __iconData: drawing } = module as { __iconData: Drawing };
  return function Icon({ className, size = 16 }: IconProps) {
    return (
      <svg
        aria-hidden
        focusable="false"
        viewBox="0 0 24 24"
        width={size}
        height={size}
        fill="none"
        stroke="currentColor"
        strokeWidth={2}
        strokeLinecap="round"
        strokeLinejoin="round"
        className={clsx('shrink-0', className)}
      >
        {drawing.node.map(([tag, { key, ...attributes }]) => createElement(tag, { key, ...attributes }))}
      </svg>
    );
  };
}
