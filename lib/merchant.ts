// Who acts: a person, an API key or a named job, in one workspace, with what it may do. Only lib/access makes one.
import type { Ledger } from './ledger.ts';

declare const brand: unique symbol;

/** The named rights that code asks for; which role has which is said in lib/access/roles.ts. */
export type Capability = 'read' | 'export' | 'refund' | 'write' | 'repair' | 'connect' | 'keys' | 'team' | 'audit' | 'disconnect';

export type Role = 'owner' | 'admin' | 'support' | 'viewer';

export type Actor =
  | { readonly kind: 'person'; readonly id: string; readonly name: string; readonly email: string; readonly role: Role; readonly session: string }
  | { readonly kind: 'key'; readonly id: string; readonly name: string }
  | { readonly kind: 'job'; readonly id: 'system'; readonly name: string };

export type Workspace = { readonly id: string; readonly slug: string; readonly name: string; readonly timeZone: string; readonly locale: string };

export type Merchant = {
  readonly workspace: Workspace;
  readonly livemode: boolean;
  readonly actor: Actor;
  readonly can: ReadonlySet<Capability>;
  /** The connected account of this mode, of whatever state; null when none was ever connected. */
  readonly ledger: Ledger | null;
  readonly [brand]: 'merchant';
};

const made = new WeakSet<object>();

/** For lib/access alone. */
export function makeMerchant(of: Omit<Merchant, typeof brand>): Merchant {
  const merchant = Object.freeze({ ...of }) as Merchant;
  made.add(merchant);
  return merchant;
}

export function isMerchant(value: object): value is Merchant {
  return made.has(value);
}
