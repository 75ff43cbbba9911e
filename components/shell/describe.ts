// What the frame around a page is told: plain data, so that the layout alone knows sessions and databases.
import type { Tone } from '../ui/tone.ts';

export type NavIcon = 'overview' | 'payments' | 'customers' | 'subscriptions' | 'invoices' | 'refunds' | 'health' | 'settings' | 'connection' | 'search';
/** `needing`: how many things there need work; absent or 0 shows nothing. `watch`: prefixes of ids whose change can change that count. */
export type NavItem = { href: string; label: string; icon: NavIcon; needing?: number; watch?: readonly string[] };
export type NavGroup = { label?: string; items: readonly NavItem[] };

/** Further addresses that breadcrumbs should know by name, such as the pages under settings. */
export type CrumbName = { href: string; label: string };

export type WorkspaceChoice = { name: string; href: string; current?: boolean };
export type ModeChoice = { mode: 'live' | 'test'; href: string; current?: boolean };

export type Person = { name: string; email: string };

/** `facts` are lines computed by the page ("Invoices: 11,840 so far"). `newestEvent` is a moment; its age is counted on the page. */
export type Sync = {
  tone: Extract<Tone, 'pos' | 'info' | 'warn' | 'neg' | 'neu'>;
  state: string;
  newestEvent?: string | null;
  facts?: readonly string[];
  href?: string;
};
