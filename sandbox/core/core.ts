// The sandbox's inside, put together: store, clock, types, and the one way to work in an account.
import { type Clock, openClock } from './clock.ts';
import type { Application, Config } from './config.ts';
import type { ObjectType } from './define.ts';
import { letters } from './id.ts';
import { type Cause, type Emitted, type Ground, openPlace, placeNumber } from './place.ts';
import { type Registry, registryOf } from './registry.ts';
import { openStore, type Store } from './store.ts';

export type Core = {
  readonly config: Config;
  readonly store: Store;
  readonly clock: Clock;
  readonly registry: Registry;
  /** Places in which a world is being built, with the time it has reached there: no deliveries, and no jobs but the builder's. */
  readonly building: Map<number, { now: number }>;
  /** Called inside the transaction of every event. */
  readonly listeners: ((event: Emitted) => void)[];
  /** Sandbox time in that place. */
  nowIn(account: string, livemode: boolean): number;
  /** Works in an account as one transaction; a throw undoes it. */
  within<T>(account: string, livemode: boolean, options: { now?: number; cause?: Cause }, work: (place: Ground) => T): T;
  applicationOf(livemode: boolean): Application | undefined;
};

export const NOBODY: Cause = { request: null, idempotencyKey: null, application: null };

export function openCore(config: Config, types: readonly ObjectType[]): Core {
  const store = openStore(config.file);
  const clock = openClock(store);
  const registry = registryOf(types);
  const building = new Map<number, { now: number }>();
  const listeners: Core['listeners'] = [];
  const emitted = (event: Emitted): void => listeners.forEach((hear) => hear(event));
  const core: Core = {
    config,
    store,
    clock,
    registry,
    building,
    listeners,
    nowIn: (account, livemode) => building.get(placeNumber(store, account, livemode))?.now ?? clock.now(),
    within: (account, livemode, { now, cause = NOBODY }, work) =>
      store.atomic(() => work(openPlace({ store, registry, emitted }, account, livemode, now ?? core.nowIn(account, livemode), cause))),
    applicationOf: (livemode) => config.applications.find((one) => one.livemode === livemode),
  };
  return core;
}

export const newRequestId = (): string => `req_${letters(14)}`;
