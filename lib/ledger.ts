// Which data: one account in one mode of one workspace. Only lib/access makes a Ledger (architecture.test.ts), and db.as accepts no other (I8, I10).

declare const brand: unique symbol;

export type Ledger = {
  readonly workspace: string;
  readonly account: string;
  readonly livemode: boolean;
  readonly generation: number;
  readonly [brand]: 'ledger';
};

const made = new WeakSet<object>();

/** For lib/access alone: the values must come from a session, an API key or account_route, never from a request. */
export function makeLedger(of: { workspace: string; account: string; livemode: boolean; generation: number }): Ledger {
  const ledger = Object.freeze({ workspace: of.workspace, account: of.account, livemode: of.livemode, generation: of.generation }) as Ledger;
  made.add(ledger);
  return ledger;
}

export function isLedger(value: object): value is Ledger {
  return made.has(value);
}

export type Mode = 'test' | 'live';

export function modeOf(of: { livemode: boolean }): Mode {
  return of.livemode ? 'live' : 'test';
}
