import type { ComponentProps, ReactNode } from 'react';
import { type ButtonLook, buttonClass } from './button-class.ts';

export function IconButton({
  label,
  icon,
  variant = 'ghost',
  size,
  className,
  ...rest
}: Omit<ComponentProps<'button'>, 'children'> & ButtonLook & { label: string; icon: ReactNode }) {
  return (
    <button type="button" aria-label={label} title={label} className={buttonClass({ variant, size, square: true, className })} {...rest}>
      {icon}
    </button>
  );
}
