// The only writer of mirrored rows: events, fetched replies, pages and answers to operations all come through here (I2, I4, I7).
import { isDeepStrictEqual } from 'node:util';
import type { Entry, StripeObject } from '../catalogue/define.ts';
import { entryOf } from '../catalogue/index.ts';
import type { Tx } from '../db.ts';
import type { Ledger } from '../ledger.ts';
import { publish } from '../publish.ts';
import { compare, decide } from './decide.ts';
import type { Evidence } from './evidence.ts';
import { keyOf, lockWork, markOwed, owable, voidFetches, type Ref } from './owe.ts';
import { unfold, type Family, type Rest, type Row } from './unfold.ts';
import { bury, buryAbsent, doubt, findStanding, upsert, type Copy, type Missing } from './write/upsert.ts';
import { derivePayments } from './write/payments.ts';

export type { Evidence } from './evidence.ts';
export { evidenceOfEvent, evidenceOfReply } from './evidence.ts';

/** One object with what is known about its age. `fenced`: fetched under a lease whose token still stands. `rest`: later pages of lists inside it. */
export type Shown = { readonly object: StripeObject; readonly evidence: Evidence; readonly fenced?: ReadonlySet<string>; readonly rest?: Rest };

/** `written` rows changed; `stale` copies were passed over; `owed` objects wait for a refetch because of this write. */
export type Written = { readonly written: readonly Ref[]; readonly stale: readonly Ref[]; readonly owed: readonly Ref[] };

/** Objects of one reply or page. Types the catalogue does not know are passed over. */
export async function writeObjects(
  tx: Tx,
  ledger: Ledger,
  objects: readonly StripeObject[],
  evidence: Evidence,
  options: { readonly fenced?: ReadonlySet<string> } = {},
): Promise<Written> {
  return writeShown(
    tx,
    ledger,
    objects.map((object) => ({ object, evidence, ...options })),
  );
}

/** Each object with evidence of its own. `{deleted: true}` makes a tombstone. `neighbours` are owed a refetch whatever is written, and doubted until then. */
export async function writeShown(tx: Tx, ledger: Ledger, shown: readonly Shown[], neighbours: readonly Ref[] = []): Promise<Written> {
  const { rows, families } = flatten(shown);
  const due = owable([...neighbours, ...rows.filter(owes).map(payer)]);
  if (rows.length === 0 && due.length === 0) return { written: [], stale: [], owed: [] };
  const locks = await lockWork(tx, ledger, [...rows.map(refOf), ...due]);
  // What is owed for certain is marked before the first row is touched: two writers of one payment then meet at their work rows, not in a deadlock.
  await markOwed(tx, ledger, due);
  const written: Ref[] = [];
  const stale: Ref[] = [];
  const owed: Ref[] = [];
  const ofType = Map.groupBy(rows, (row) => row.entry.type);
  for (const [type, rowsOfType] of sorted(ofType)) {
    const result = await writeType(tx, ledger, entryOf(type), rowsOfType);
    written.push(...result.written);
    stale.push(...result.stale);
    owed.push(...result.owed);
  }
  const landed = new Set(written.map(keyOf));
  // What landed says for itself whether it is confirmed; what is owed beside it is in doubt until its refetch.
  await doubt(tx, ledger, moneyOf([...due, ...owed].filter((ref) => !landed.has(keyOf(ref)))));
  written.push(
    ...(await buryChildren(
      tx,
      ledger,
      families.filter((family) => landed.has(keyOf({ type: family.parentType, id: family.parent }))),
    )),
  );
  await voidFetches(
    tx,
    ledger,
    locks.filter((lock) => lock.leased && landed.has(keyOf(lock)) && !rows.some((row) => row.fenced && keyOf(refOf(row)) === keyOf(lock))),
  );
  const marked = new Set(due.map(keyOf));
  await markOwed(
    tx,
    ledger,
    owed.filter((ref) => !marked.has(keyOf(ref))),
  );
  const payments = await derivePayments(tx, ledger, [...written, ...owed, ...due]);
  await publish(tx, ledger, [...new Set([...written.map((ref) => ref.id), ...payments])]);
  return { written, stale, owed: owable([...owed, ...due]) };
}

type Copied = Row & { readonly evidence: Evidence; readonly fenced: boolean };
/** `contested`: another copy of about the same moment says something else. `ends`: a deletion of it came along. */
type Flat = Copied & { readonly contested: boolean; readonly ends: boolean };
type FlatFamily = Family & { readonly evidence: Evidence; readonly fenced: boolean };

const refOf = (row: Row): Ref => ({ type: row.entry.type, id: row.object.id });

async function writeType(tx: Tx, ledger: Ledger, entry: Entry, rows: readonly Flat[]): Promise<Written> {
  const copy = (row: Flat): Copy => ({ ...row, confirmed: !unproven(row) });
  const [gone, here] = split(rows, isGone);
  const [fenced, open] = split(here, (row) => row.fenced);
  const landed = new Set([
    ...(await upsert(tx, ledger, entry, open.map(copy), false)),
    ...(await upsert(tx, ledger, entry, fenced.map(copy), true)),
    ...(await bury(tx, ledger, entry, gone.map(copy))),
  ]);
  const missed = rows.filter((row) => !landed.has(row.object.id));
  const standing = new Map((await findStanding(tx, ledger, entry, idsOf(missed.map(refOf)))).map((row) => [row.id, row]));
  const owing = rows.filter((row) =>
    landed.has(row.object.id)
      ? owes(row)
      : decide(standing.get(row.object.id) ?? null, {
          ...row.evidence,
          deleted: isGone(row),
          usable: true,
          money: entry.money,
          same: false,
          fenced: row.fenced,
        }).owes,
  );
  return { written: rows.filter((row) => landed.has(row.object.id)).map(refOf), stale: missed.map(refOf), owed: owable(owing.map(payer)) };
}

/** Whose refetch brings this object: its own, or its parent's where only that one can. */
function payer(row: Row): Ref {
  const { listing } = row.entry;
  if (listing.how !== 'embedded') return refOf(row);
  const column = Object.values(entryOf(listing.parent).children).find((child) => child.type === row.entry.type)?.parentColumn;
  const parent = column === undefined ? null : row.entry.columns[column]?.of(row.object);
  return { type: listing.parent, id: typeof parent === 'string' ? parent : '' };
}

async function buryChildren(tx: Tx, ledger: Ledger, families: readonly FlatFamily[]): Promise<Ref[]> {
  const buried: Ref[] = [];
  for (const [child, ofChild] of sorted(Map.groupBy(families, (family) => family.child))) {
    const missing: Missing[] = ofChild.map(({ parent, ids, evidence, fenced }) => ({ parent, ids, evidence, fenced }));
    const ids = await buryAbsent(tx, ledger, entryOf(child), ofChild[0]!.column, missing);
    buried.push(...ids.map((id) => ({ type: child, id })));
  }
  return buried;
}

/** One copy per object, and its deletion. Absence from a list proves something only in a whole one that Stripe itself just sent. */
function flatten(shown: readonly Shown[]): { rows: Flat[]; families: FlatFamily[] } {
  const copies: Copied[] = [];
  const families: FlatFamily[] = [];
  for (const { object, evidence, fenced, rest } of shown) {
    const unfolded = unfold(object, rest);
    copies.push(...unfolded.rows.map((row) => ({ ...row, evidence, fenced: fenced !== undefined && isFenced(fenced, row, unfolded.families) })));
    if (evidence.kind !== 'payload')
      families.push(
        ...unfolded.families
          .filter((family) => family.complete && entryOf(family.child).listing.how === 'embedded')
          .map((family) => ({ ...family, evidence, fenced: fenced?.has(keyOf({ type: family.parentType, id: family.parent })) ?? false })),
      );
  }
  return { rows: [...Map.groupBy(copies, (row) => keyOf(refOf(row))).values()].flatMap(settled), families };
}

/** The copy known to be of the latest moment. Events of one object in one write are judged as they would be one after the other: a tie leaves the last word to Stripe. */
function settled(copies: readonly Copied[]): Flat[] {
  const [gone, here] = split(copies, isGone);
  const latest = (of: readonly Copied[]) =>
    of.length === 0 ? [] : [of.reduce((best, row) => (row.evidence.low > best.evidence.low || (row.fenced && !best.fenced) ? row : best))];
  return [
    ...latest(here).map((row) => ({ ...row, ends: gone.length > 0, contested: here.some((other) => contests(other, row)) })),
    ...latest(gone).map((row) => ({ ...row, ends: true, contested: false })),
  ];
}

function contests(other: Copied, row: Copied): boolean {
  if (other === row || other.evidence.kind !== 'payload' || row.evidence.kind !== 'payload') return false;
  return compare(other.evidence, row.evidence) === 'tie' && !isDeepStrictEqual(other.object, row.object);
}

/** A child that only its parent brings stands under its parent's fence. */
function isFenced(fenced: ReadonlySet<string>, row: Row, families: readonly Family[]): boolean {
  if (row.entry.listing.how !== 'embedded') return fenced.has(keyOf(refOf(row)));
  return families.some(
    (family) => family.child === row.entry.type && family.ids.includes(row.object.id) && fenced.has(keyOf({ type: family.parentType, id: family.parent })),
  );
}

function isGone(row: Row): boolean {
  return row.object['deleted'] === true;
}

function owes(row: Flat): boolean {
  return !isGone(row) && !row.ends && (unproven(row) || row.contested);
}

/** A payload alone never has the last word on money (INVARIANTS §2.2). */
function unproven(row: Copied): boolean {
  return row.entry.money && row.evidence.kind === 'payload';
}

function split<T>(items: readonly T[], first: (item: T) => boolean): [T[], T[]] {
  return [items.filter(first), items.filter((item) => !first(item))];
}

function moneyOf(refs: readonly Ref[]): Map<Entry, string[]> {
  const groups = sorted(Map.groupBy(refs, (ref) => ref.type)).map(([type, ofType]) => [entryOf(type), idsOf(ofType)] as const);
  return new Map(groups.filter(([entry]) => entry.money));
}

function idsOf(refs: readonly Ref[]): string[] {
  return refs.map((ref) => ref.id);
}

function sorted<T>(groups: ReadonlyMap<string, T>): [string, T][] {
  return [...groups].sort(([a], [b]) => (a < b ? -1 : 1));
}
