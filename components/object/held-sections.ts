// The parts of a page that hold something back, and what shows it: one button for all of them.

/** An answer may take ten seconds, and Stripe's event some more: whoever sent something still looks for its outcome. */
const SENT_LATELY = 60_000;

const holding = new Set<object>();
const shows = new Set<() => void>();
const watchers = new Set<() => void>();
let sent = -Infinity;
let listening = false;

export const heldSections = {
  /** `show` is called when a person asks for what waits. */
  join: (show: () => void): (() => void) => {
    listen();
    shows.add(show);
    return () => shows.delete(show);
  },
  hold: (section: object): void => {
    if (holding.has(section)) return;
    holding.add(section);
    tell();
  },
  settle: (section: object): void => {
    if (holding.delete(section)) tell();
  },
  showAll: (): void => {
    for (const show of shows) show();
  },
  count: (): number => holding.size,
  watch: (watcher: () => void): (() => void) => {
    watchers.add(watcher);
    return () => watchers.delete(watcher);
  },
  /** Something was sent by code, where no form's submit tells of it. */
  acted: (): void => {
    sent = performance.now();
  },
  /** A form of this page was sent a moment ago: what comes now is its answer. */
  hasActed: (): boolean => performance.now() - sent < SENT_LATELY,
};

function tell(): void {
  for (const watcher of watchers) watcher();
}

function listen(): void {
  if (listening) return;
  listening = true;
  addEventListener('submit', heldSections.acted, { capture: true });
}
