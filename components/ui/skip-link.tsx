export function SkipLink({ children, target = 'content' }: { children: string; target?: string }) {
  return (
    <a
      href={`#${target}`}
      className="sr-only z-90 rounded-control bg-accent text-accent-fg font-medium focus:not-sr-only focus:fixed focus:start-2 focus:top-2 focus:px-3 focus:py-1.5"
    >
      {children}
    </a>
  );
}
