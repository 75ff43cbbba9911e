// What banner, sync line and pages are told of a connection: plain data, as lib/connection/state.ts makes it.

export type State = 'awaiting_confirmation' | 'backfilling' | 'live' | 'suspended' | 'revoked' | 'disconnecting' | 'disconnected';

export type BackfillFact = {
  readonly type: string;
  readonly state: 'waiting' | 'running' | 'done' | 'failed';
  readonly rows: number;
  readonly oldest: string | null;
  readonly rate: number | null;
  readonly note: string | null;
  readonly finishedAt: string | null;
  readonly covered: number | null;
};

export type Described = {
  readonly state: State;
  readonly stateAt: string;
  readonly account: string;
  readonly givingBack: boolean;
  readonly confirmedAt: string | null;
  /** The database's clock when this was read. */
  readonly now: string;
  readonly newestEvent: string | null;
  /** Events that were given up and not handled since. */
  readonly troubled: number;
  readonly backfill: readonly BackfillFact[];
};
