import type { ComponentProps, ReactNode } from 'react';

/** A native checkbox or radio button with its words; the box is drawn in ui.css. */
export function Checkbox({ children, ...rest }: Omit<ComponentProps<'input'>, 'type'> & { children: ReactNode }) {
  return (
    <label className="choice">
      <input type="checkbox" {...rest} />
      <span>{children}</span>
    </label>
  );
}

export function Radio({ children, ...rest }: Omit<ComponentProps<'input'>, 'type'> & { children: ReactNode }) {
  return (
    <label className="choice">
      <input type="radio" {...rest} />
      <span>{children}</span>
    </label>
  );
}
