import { notFound, redirect } from 'next/navigation';
import { findMerchant, requireSignedIn } from '#lib/access/session.ts';
import { href } from '#lib/href.ts';
import { hasMode } from '#lib/stripe.ts';

/** A workspace's address without a mode: live data where an account is connected there or only live keys exist, else test data. */
export default async function WorkspacePage({ params }: { params: Promise<{ workspace: string }> }) {
  const { workspace } = await params;
  await requireSignedIn();
  const [test, live] = await Promise.all([findMerchant(workspace, 'test'), findMerchant(workspace, 'live')]);
  if (!test || !live) notFound();
  redirect(href(live.ledger || !hasMode(false) ? live : test));
}
