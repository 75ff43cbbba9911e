import { cva, type VariantProps } from 'class-variance-authority';

/** The look of everything that is pressed: buttons and links that stand for an act. */
export const buttonClass = cva(
  'inline-flex items-center justify-center gap-1.5 whitespace-nowrap rounded-control border font-medium text-body shadow-button transition-colors duration-[120ms] select-none max-md:min-h-11 disabled:opacity-55 aria-disabled:opacity-55 disabled:shadow-none',
  {
    variants: {
      variant: {
        plain: 'border-line-strong bg-surface text-fg not-disabled:hover:bg-hover',
        primary: 'border-transparent bg-accent text-accent-fg not-disabled:hover:bg-accent-hover',
        danger: 'border-transparent bg-danger text-danger-fg not-disabled:hover:bg-danger-hover',
        ghost: 'border-transparent bg-transparent text-fg-2 shadow-none not-disabled:hover:bg-hover not-disabled:hover:text-fg',
      },
      size: { small: 'h-6.5 px-2 text-meta', normal: 'h-7.5 px-2.5', large: 'h-8.5 px-3' },
      square: { true: 'aspect-square px-0 max-md:min-w-11', false: '' },
    },
    defaultVariants: { variant: 'plain', size: 'normal', square: false },
  },
);

export type ButtonLook = Pick<VariantProps<typeof buttonClass>, 'variant' | 'size'>;
