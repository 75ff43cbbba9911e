// Who holds an account that was refused here. Its owners are told by mail; it is named only to a person who is a member there.
import { listOwners } from '../access/membership.ts';
import { db, type Tx } from '../db.ts';
import { env } from '../env.ts';
import { href } from '../href.ts';
import { writeMail } from '../notify/mail.ts';
import type { Attempt } from './attempt.ts';

export type Holder = {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
  readonly owners: readonly { readonly email: string }[];
};

/** The workspace an account belongs to: by its route, or, before "Yes, start", by the attempt that linked it. */
export async function findHolder(account: string, livemode: boolean): Promise<Holder | null> {
  const row = await db.routing((tx) =>
    tx.maybe<{ id: string; slug: string; name: string }>(
      `SELECT w.id, w.slug, w.name FROM workspace w JOIN (
         SELECT workspace_id, clock_timestamp() AS at FROM account_route WHERE account = $1 AND livemode = $2
         UNION ALL
         SELECT workspace_id, used_at FROM oauth_state WHERE account = $1 AND livemode = $2 AND outcome IN ('awaiting_confirmation', 'declined')
       ) AS held ON held.workspace_id = w.id ORDER BY held.at DESC LIMIT 1`,
      [account, livemode],
    ),
  );
  return row && { ...row, owners: await listOwners(row.id) };
}

/** The holder's name and address, to a member of it; null to anybody else. */
export async function nameHolder(account: string, livemode: boolean, person: string): Promise<{ name: string; slug: string } | null> {
  const holder = await findHolder(account, livemode);
  if (!holder) return null;
  const member = await db.routing((tx) => tx.maybe('SELECT 1 FROM membership WHERE workspace_id = $1 AND person_id = $2', [holder.id, person]));
  return member && { name: holder.name, slug: holder.slug };
}

/** One mail a day, however often somebody tries. Call it before the attempt is settled. */
export async function tellHolder(tx: Tx, holder: Holder, attempt: Attempt, account: string): Promise<void> {
  const told = await tx.maybe(
    `SELECT 1 FROM oauth_state WHERE account = $1 AND livemode = $2 AND outcome = 'held_elsewhere' AND used_at > clock_timestamp() - interval '1 day' LIMIT 1`,
    [account, attempt.livemode],
  );
  if (told) return;
  const link = new URL(href({ workspace: holder, livemode: attempt.livemode }, 'settings', 'connection'), env().APP_URL).href;
  for (const { email } of holder.owners) {
    await writeMail(tx, { to: email, template: 'account_claimed', params: { link, account, workspace: holder.name }, test: !attempt.livemode });
  }
}
