// The model of INVARIANTS §2.1: a Stripe whose every version is known, deliveries that are late, doubled, lost and out of order, and designs that keep a mirror of it.
// A model, not a measurement of Stripe. `ours` is the rule that is built (show by H, confirm by G), with lib/mirror's own decide(); all else here is written anew.
import { decide, type Decision, type Shown, type Stored } from '#lib/mirror/decide.ts';
import { chance } from '#tests/faults/house.ts';
import { makeAgenda } from './agenda.ts';

export type Design =
  /** The payload is stored, whatever comes. */
  | 'A blind upsert'
  | 'B if created >'
  | 'C if created >='
  /** Every event is answered by a fetch; the last reply to arrive stays. */
  | 'D refetch, last wins'
  /** Dirty mark, lease, fence, debounce, refetch. No payload is shown. */
  | 'G refetch under a fence'
  | 'ours';

export type World = {
  readonly objects: number;
  readonly versions: number;
  /** Seconds over which each delivery may be late. */
  readonly shuffle: number;
  readonly duplicates: number;
  readonly drops: number;
  /** Stripe's stamp of an event may differ by so many seconds from the moment it happened, either way, before it is cut to a whole second. */
  readonly jitter: number;
  /** Share of fetches whose worker dies before its reply. */
  readonly deaths: number;
  /** Share of fetches whose reply comes 5 to 40 s late. */
  readonly stalls: number;
  /** Seconds between two readings of the events list; 0 for none. */
  readonly sweep: number;
  /** A part of `ours` that is left out, to see that the oracle misses it. */
  readonly without?: 'confirmation' | 'fence' | 'voiding';
};

/** The parameters of §2.1. */
export const asInvariants: World = {
  objects: 2_000,
  versions: 10_000,
  shuffle: 300,
  duplicates: 0.2,
  drops: 0.05,
  jitter: 1.5,
  deaths: 0.2,
  stalls: 0.01,
  sweep: 300,
};

export type Outcome = {
  /** Touched objects whose copy is not the newest version once all is quiet; `wrongMoney` of the types that are always confirmed. */
  readonly wrong: number;
  readonly wrongMoney: number;
  /** An older version replaced a newer one on screen; `backMoney` of a money row, `backConfirmed` of a money row that stood as confirmed. */
  readonly back: number;
  readonly backMoney: number;
  readonly backConfirmed: number;
  readonly calls: number;
  /** Money rows that nobody has confirmed and nobody owes a confirmation: they would stay in doubt for ever. */
  readonly forgotten: number;
  readonly fired: {
    readonly events: number;
    readonly duplicates: number;
    readonly drops: number;
    readonly swept: number;
    readonly stalls: number;
    readonly deaths: number;
    readonly voided: number;
    readonly ties: number;
    readonly touched: number;
  };
};

/** One object: what truly happened to it, the copy, and what is owed. Versions are numbered from 1; times are seconds. */
type Thing = {
  readonly money: boolean;
  readonly at: number[];
  copy: (Stored & { version: number; confirmed: boolean }) | null;
  stamp: number;
  dirty: number;
  clean: number;
  dirtySince: number;
  notBefore: number;
  token: number;
  leaseUntil: number;
  tries: number;
  waking: boolean;
};
type Event = { readonly thing: Thing; readonly version: number; readonly created: number; handed: boolean };

const DEBOUNCE = 2;
const DEBOUNCE_MOST = 10;
const LEASE = 30;
const TIMEOUT = 10;
/** Background calls a second (§2.7). */
const CALLS = 15;

export function simulate(design: Design, world: World, seed: number): Outcome {
  const random = chance(seed);
  const agenda = makeAgenda();
  const tally = { back: 0, backMoney: 0, backConfirmed: 0, calls: 0 };
  const fired = { events: 0, duplicates: 0, drops: 0, swept: 0, stalls: 0, deaths: 0, voided: 0, ties: 0, touched: 0 };
  const things = history(world, random);
  const events = eventsOf(things, world, random);
  fired.events = events.length;
  fired.touched = things.filter((thing) => thing.at.length > 0).length;
  let slot = 0;

  for (const event of events) {
    const happened = event.thing.at[event.version - 1]!;
    if (random() < world.drops) fired.drops += 1;
    else agenda.at(happened + random() * world.shuffle, () => deliver(event));
    if (random() >= world.duplicates) continue;
    fired.duplicates += 1;
    agenda.at(happened + random() * world.shuffle, () => deliver(event));
  }
  if (world.sweep > 0) sweeps();
  agenda.run();

  const end = things.filter((thing) => thing.at.length > 0);
  const wrong = end.filter((thing) => thing.copy?.version !== thing.at.length);
  return {
    wrong: wrong.length,
    wrongMoney: wrong.filter((thing) => thing.money).length,
    ...tally,
    forgotten: end.filter((thing) => thing.money && thing.copy && !thing.copy.confirmed && thing.dirty === thing.clean).length,
    fired,
  };

  function deliver(event: Event): void {
    // The inbox keeps an event once; what comes again is only counted.
    if (event.handed && (design === 'ours' || design === 'G refetch under a fence')) return;
    event.handed = true;
    const { thing, version, created } = event;
    if (design === 'A blind upsert') return show(thing, version);
    if (design === 'B if created >' || design === 'C if created >=') {
      if (design === 'B if created >' ? created <= thing.stamp : created < thing.stamp) return;
      thing.stamp = created;
      return show(thing, version);
    }
    if (design === 'D refetch, last wins') {
      const call = fetchNow();
      return agenda.at(call.ends, () => show(thing, versionAt(thing, call.reads)));
    }
    if (design === 'G refetch under a fence') return owe(thing);
    apply(thing, version, { ...payload(created), money: thing.money, same: thing.copy?.version === version, fenced: false });
  }

  function apply(thing: Thing, version: number, shown: Shown): void {
    const decision = decide(thing.copy, shown);
    if (decision.act === 'leave' && decision.owes && !shown.money) fired.ties += 1;
    if (decision.act === 'write') write(thing, version, shown, decision);
    // What was applied while a fetch is under way makes its reply older than what is shown.
    if (decision.act === 'write' && shown.kind === 'payload' && thing.leaseUntil > 0 && world.without !== 'voiding') {
      thing.token += 1;
      thing.leaseUntil = 0;
    }
    if (decision.owes && !(world.without === 'confirmation' && shown.money && decision.act === 'write')) owe(thing);
    else wake(thing);
  }

  function write(thing: Thing, version: number, shown: Shown, decision: Decision): void {
    show(thing, version);
    thing.copy = {
      low: later(thing.copy?.low, shown.low),
      high: later(thing.copy?.high, shown.high),
      deleted: false,
      version,
      confirmed: decision.confirmed,
    };
  }

  /** What is on screen changes; the oracle knows which way. */
  function show(thing: Thing, version: number): void {
    const before = thing.copy;
    if (before && version < before.version) {
      tally.back += 1;
      if (thing.money) tally.backMoney += 1;
      if (thing.money && before.confirmed) tally.backConfirmed += 1;
    }
    thing.copy = before ? { ...before, version } : { low: new Date(0), high: new Date(0), deleted: false, version, confirmed: true };
  }

  function owe(thing: Thing): void {
    const { now } = agenda;
    const open = thing.dirty > thing.clean;
    if (!open) Object.assign(thing, { dirtySince: now, tries: 0 });
    if (!(open && thing.tries > 0)) thing.notBefore = open ? Math.min(now + DEBOUNCE, thing.dirtySince + DEBOUNCE_MOST) : now + DEBOUNCE;
    thing.dirty += 1;
    if (thing.money && thing.copy && design === 'ours') thing.copy = { ...thing.copy, confirmed: false };
    wake(thing);
  }

  function wake(thing: Thing): void {
    if (thing.waking || thing.dirty === thing.clean) return;
    thing.waking = true;
    agenda.at(Math.max(agenda.now, thing.notBefore, thing.leaseUntil), () => due(thing));
  }

  function due(thing: Thing): void {
    const { now } = agenda;
    thing.waking = false;
    if (thing.dirty === thing.clean) return;
    if (now < thing.notBefore || now < thing.leaseUntil) return wake(thing);
    slot = Math.max(slot, now);
    const start = slot;
    slot += 1 / CALLS;
    thing.waking = true;
    agenda.at(start, () => {
      thing.waking = false;
      if (agenda.now < thing.notBefore || agenda.now < thing.leaseUntil) wake(thing);
      else take(thing);
    });
  }

  function take(thing: Thing): void {
    const start = agenda.now;
    thing.token += 1;
    thing.leaseUntil = start + LEASE;
    const [token, seen] = [thing.token, thing.dirty];
    const call = fetchNow();
    if (random() < world.deaths) {
      fired.deaths += 1;
      return wake(thing);
    }
    if (call.ends - start > TIMEOUT)
      return agenda.at(start + TIMEOUT, () => {
        if (thing.token !== token) return void (fired.voided += 1);
        thing.leaseUntil = 0;
        thing.tries += 1;
        thing.notBefore = agenda.now + random() * Math.min(30, 0.5 * 2 ** thing.tries);
        wake(thing);
      });
    agenda.at(call.ends, () => {
      // The fence: what was applied meanwhile, or another worker's taking, made this reply worthless.
      if (thing.token !== token && world.without !== 'fence') return void (fired.voided += 1);
      const version = versionAt(thing, call.reads);
      if (version > 0) apply(thing, version, { ...reply(start, agenda.now), money: thing.money, same: thing.copy?.version === version, fenced: true });
      Object.assign(thing, { clean: seen, leaseUntil: 0, tries: 0 });
      wake(thing);
    });
  }

  /** Stripe reads the object early in the call; what comes after the read is the way back, and sometimes a long one. */
  function fetchNow(): { reads: number; ends: number } {
    tally.calls += 1;
    const takes = 0.18 * Math.exp(0.4 * normal(random));
    const stall = random() < world.stalls ? 5 + random() * 35 : 0;
    if (stall > 0) fired.stalls += 1;
    return { reads: agenda.now + takes * random(), ends: agenda.now + takes + stall };
  }

  function sweeps(): void {
    const last = Math.max(...events.map((event) => event.thing.at[event.version - 1]!)) + world.shuffle + world.sweep;
    for (let at = world.sweep; at <= last + world.sweep; at += world.sweep)
      agenda.at(at, () => {
        for (const event of events)
          if (!event.handed && event.thing.at[event.version - 1]! <= agenda.now) {
            fired.swept += 1;
            deliver(event);
          }
      });
  }
}

/** About 4,800 bursts over ten minutes, two versions each on average, at most 0.45 s apart: some objects are never touched. */
function history(world: World, random: () => number): Thing[] {
  const things = Array.from(
    { length: world.objects },
    (_, index): Thing => ({
      money: index % 2 === 0,
      at: [],
      copy: null,
      stamp: -1,
      dirty: 0,
      clean: 0,
      dirtySince: 0,
      notBefore: 0,
      token: 0,
      leaseUntil: 0,
      tries: 0,
      waking: false,
    }),
  );
  for (let made = 0; made < world.versions; ) {
    const thing = things[Math.floor(random() * things.length)]!;
    let at = 10 + random() * 600;
    do {
      thing.at.push(at);
      at += 0.01 + random() * 0.44;
      made += 1;
    } while (random() < 0.52 && made < world.versions);
  }
  for (const thing of things) thing.at.sort((a, b) => a - b);
  return things;
}

function eventsOf(things: readonly Thing[], world: World, random: () => number): Event[] {
  return things.flatMap((thing) =>
    thing.at.map((at, index) => ({ thing, version: index + 1, created: Math.floor(at + (random() * 2 - 1) * world.jitter), handed: false })),
  );
}

/** 0 before the first. */
function versionAt(thing: Thing, at: number): number {
  return thing.at.findLastIndex((moment) => moment <= at) + 1;
}

function payload(created: number): Omit<Shown, 'money' | 'same' | 'fenced'> {
  const at = new Date(created * 1_000);
  return { kind: 'payload', low: at, high: at, deleted: false, usable: true };
}

/** Stripe's Date header: the whole second in which the call ended, by §2.2 a span from `Date − duration` to `Date + 1 s`. */
function reply(start: number, end: number): Omit<Shown, 'money' | 'same' | 'fenced'> {
  const date = Math.floor(end);
  return { kind: 'fetch', low: new Date((date - (end - start)) * 1_000), high: new Date((date + 1) * 1_000), deleted: false, usable: true };
}

function later(a: Date | undefined, b: Date): Date {
  return a && a > b ? a : b;
}

function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
