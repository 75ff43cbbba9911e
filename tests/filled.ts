// Fills a ledger's mirror with what the sandbox holds of an account, through the mirror's own door.
import type { StripeObject } from '#lib/catalogue/define.ts';
import { entries } from '#lib/catalogue/index.ts';
import { db } from '#lib/db.ts';
import type { Ledger } from '#lib/ledger.ts';
import { evidenceOfReply, writeObjects } from '#lib/mirror/write.ts';

/** The sandbox's own objects of a type, and ids of those it deleted. */
export type Held = { readonly objects: readonly StripeObject[]; readonly deleted: readonly string[] };

/** What was read of each type, and written. `change` makes another merchant's objects out of them. */
export async function fill(
  ledger: Ledger,
  from: { sandbox: string; account: string; livemode?: boolean },
  change: (object: StripeObject) => readonly StripeObject[] = (object) => [object],
): Promise<Record<string, Held>> {
  const held: Record<string, Held> = {};
  for (const entry of entries) {
    const response = await fetch(`${from.sandbox}/_sandbox/oracle?account=${from.account}&livemode=${from.livemode ?? false}&type=${entry.type}`);
    if (!response.ok) throw new Error(`The sandbox's oracle answered ${response.status} for ${entry.type}: ${await response.text()}`);
    const { objects, deleted } = (await response.json()) as Held;
    const evidence = evidenceOfReply({ headers: { date: response.headers.get('date') ?? undefined } }, 0, 'page');
    const gone = deleted.map((id): StripeObject => ({ id, object: entry.type, deleted: true }));
    const all = [...objects.flatMap(change), ...gone];
    for (let start = 0; start < all.length; start += 100) await db.as(ledger, (tx) => writeObjects(tx, ledger, all.slice(start, start + 100), evidence));
    held[entry.type] = { objects, deleted };
  }
  return held;
}
