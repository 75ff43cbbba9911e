// What the connection's pages hand to their components.
import type { Place } from '#components/connect/connect-form.tsx';
import type { Answered } from '#components/connect/say.ts';
import type { Format } from '#components/object/format.ts';
import { findAttempt } from '#lib/connection/attempt.ts';
import { nameHolder } from '#lib/connection/holder.ts';
import { whereNext } from '#lib/connection/where.ts';
import { href } from '#lib/href.ts';
import { modeOf } from '#lib/ledger.ts';
import type { Merchant } from '#lib/merchant.ts';
import { hasMode } from '#lib/stripe.ts';

export function placeOf(merchant: Merchant): Place {
  const other = { workspace: merchant.workspace, livemode: !merchant.livemode };
  return {
    workspace: merchant.workspace.slug,
    mode: modeOf(merchant),
    page: href(merchant, 'settings', 'connection'),
    otherPage: href(other, 'settings', 'connection'),
    otherMode: hasMode(other.livemode),
  };
}

export function formatOf(merchant: Merchant): Format {
  return { locale: merchant.workspace.locale, zone: merchant.workspace.timeZone, now: new Date().toISOString() };
}

/** How an attempt of this session ended, for the page it came back to in the same tab. */
export async function answered(merchant: Merchant, id: string | string[] | undefined): Promise<Answered | undefined> {
  const { actor } = merchant;
  if (typeof id !== 'string' || actor.kind !== 'person') return undefined;
  const attempt = await findAttempt({ person: actor.id, session: actor.session }, id);
  if (!attempt || attempt.workspace !== merchant.workspace.id) return undefined;
  const { outcome, detail, account, livemode } = attempt;
  const holder = outcome === 'held_elsewhere' && account ? await nameHolder(account, livemode, actor.id) : null;
  return { outcome, detail, holder: holder?.name ?? null, next: whereNext(attempt) };
}
