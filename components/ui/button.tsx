import type { ComponentProps, ReactNode } from 'react';
import { type ButtonLook, buttonClass } from './button-class.ts';

type ButtonProps = ComponentProps<'button'> & ButtonLook & { icon?: ReactNode; busy?: boolean };

/** `busy` keeps the button in place and in the tab order but inert; the label then says what is going on. */
export function Button({ variant, size, icon, busy, className, children, type = 'button', ...rest }: ButtonProps) {
  const inert = busy ? { 'aria-disabled': true, 'aria-busy': true, onClick: stop } : {};
  return (
    <button type={type} className={buttonClass({ variant, size, className })} {...rest} {...inert}>
      {icon}
      {children}
    </button>
  );
}

function stop(event: { preventDefault: () => void }) {
  event.preventDefault();
}
