// Which owed objects one fetch confirms together (FACTS §4): read from the entries' `expand`, `children` and `inline` over the stored rows.
import type { Entry, StripeObject } from '../catalogue/define.ts';
import { idAt, valuesAt } from '../catalogue/define.ts';
import { findEntry, guessByPrefix } from '../catalogue/index.ts';
import type { Tx } from '../db.ts';
import type { Ledger } from '../ledger.ts';
import { keyOf, type Ref } from './owe.ts';

type Node = { readonly root: string; readonly id: string };

/** A list that is owed, `?charge=ch_1`, as its parameter and value; null for an object. */
export function listOf(ref: Ref): { param: string; value: string } | null {
  if (!ref.id.startsWith('?')) return null;
  const [pair] = [...new URLSearchParams(ref.id.slice(1))];
  return pair ? { param: pair[0], value: pair[1] } : null;
}

/** Per owed object: the other owed ones that its reply will most likely bring. What it does not bring stays owed. */
export async function companionsOf(tx: Tx, ledger: Ledger, due: readonly Ref[]): Promise<Map<string, Ref[]>> {
  const owed = new Map(due.map((ref) => [keyOf(ref), ref]));
  const found = new Map<string, Map<string, Ref>>(due.map((ref) => [keyOf(ref), new Map()]));
  for (const [type, refs] of Map.groupBy(due, (ref) => ref.type)) {
    const entry = findEntry(type);
    if (!entry) continue;
    await walk(
      entry,
      refs.filter((ref) => !listOf(ref)).map((ref) => ({ root: keyOf(ref), id: ref.id })),
      entry.expand,
    );
    for (const ref of refs.filter((one) => listOf(one) !== null)) await members(entry, ref);
  }
  return new Map([...found].map(([key, refs]) => [key, [...refs.values()]]));

  function note(root: string, ref: Ref): void {
    const known = owed.get(keyOf(ref));
    if (known && keyOf(known) !== root) found.get(root)?.set(keyOf(known), known);
  }

  async function walk(entry: Entry, nodes: readonly Node[], paths: readonly string[]): Promise<void> {
    if (nodes.length === 0 || (paths.length === 0 && !entry.inline)) return;
    const rows = await dataOf(entry, nodes);
    const heads = Map.groupBy(paths, (path) => path.split('.')[0]!);
    for (const [head, whole] of heads) {
      const tails = whole
        .map((path) =>
          path
            .split('.')
            .slice(1)
            .join('.')
            .replace(/^data\.?/, ''),
        )
        .filter((path) => path !== '');
      const child = entry.children[head];
      if (child) await walkChildren(child, nodes, tails);
      else await walkRefs(rows, head, tails);
    }
    for (const path of entry.inline ?? [])
      for (const { root, data } of rows) for (const inner of valuesAt(data, path)) if (isTyped(inner)) note(root, { type: inner.object, id: inner.id });
  }

  async function walkRefs(rows: readonly (Node & { data: StripeObject })[], head: string, tails: readonly string[]): Promise<void> {
    const next = rows.flatMap(({ root, data }) => {
      const id = idAt(data, head);
      const entry = id === null ? null : guessByPrefix(id);
      return id === null || !entry ? [] : [{ root, id, entry }];
    });
    for (const { root, id, entry } of next) note(root, { type: entry.type, id });
    for (const [entry, nodes] of Map.groupBy(next, (node) => node.entry)) await walk(entry, nodes, tails);
  }

  async function walkChildren(child: Entry['children'][string], nodes: readonly Node[], tails: readonly string[]): Promise<void> {
    const entry = findEntry(child.type);
    if (!entry || entry.listing.how === 'embedded') return;
    for (const node of nodes) note(node.root, { type: child.type, id: `?${child.parentColumn}=${encodeURIComponent(node.id)}` });
    const rootsOf = Map.groupBy(nodes, (node) => node.id);
    const rows = await tx.query<{ id: string; parent: string }>(
      `SELECT id, "${child.parentColumn}" AS parent FROM ${entry.collection} WHERE workspace_id = $1 AND account = $2 AND livemode = $3 AND "${child.parentColumn}" = ANY($4)`,
      [ledger.workspace, ledger.account, ledger.livemode, [...rootsOf.keys()]],
    );
    const next = rows.flatMap((row) => (rootsOf.get(row.parent) ?? []).map(({ root }) => ({ root, id: row.id })));
    for (const { root, id } of next) note(root, { type: child.type, id });
    await walk(entry, next, tails);
  }

  async function members(entry: Entry, ref: Ref): Promise<void> {
    const list = listOf(ref);
    if (!list || !entry.columns[list.param]) return;
    const ids = due.filter((one) => one.type === entry.type && !listOf(one)).map((one) => one.id);
    if (ids.length === 0) return;
    const rows = await tx.query<{ id: string }>(
      `SELECT id FROM ${entry.collection} WHERE workspace_id = $1 AND account = $2 AND livemode = $3 AND "${list.param}" = $4 AND id = ANY($5)`,
      [ledger.workspace, ledger.account, ledger.livemode, list.value, ids],
    );
    for (const row of rows) note(keyOf(ref), { type: entry.type, id: row.id });
  }

  async function dataOf(entry: Entry, nodes: readonly Node[]): Promise<(Node & { data: StripeObject })[]> {
    const rootsOf = Map.groupBy(nodes, (node) => node.id);
    const rows = await tx.query<{ id: string; data: StripeObject }>(
      `SELECT id, data FROM ${entry.collection} WHERE workspace_id = $1 AND account = $2 AND livemode = $3 AND id = ANY($4) AND deleted_at IS NULL`,
      [ledger.workspace, ledger.account, ledger.livemode, [...rootsOf.keys()]],
    );
    return rows.flatMap((row) => (rootsOf.get(row.id) ?? []).map((node) => ({ ...node, data: row.data })));
  }
}

function isTyped(value: unknown): value is { id: string; object: string } {
  return (
    value !== null &&
    typeof value === 'object' &&
    typeof (value as { id?: unknown }).id === 'string' &&
    typeof (value as { object?: unknown }).object === 'string'
  );
}
