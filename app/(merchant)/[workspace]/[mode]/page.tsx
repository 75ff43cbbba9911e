import { redirect } from 'next/navigation';
import { requireMerchant } from '#lib/access/session.ts';
import { href } from '#lib/href.ts';

/** Until there is an overview, a ledger's front page is its payments. */
export default async function LedgerPage({ params }: { params: Promise<{ workspace: string; mode: string }> }) {
  const { workspace, mode } = await params;
  redirect(href(await requireMerchant(workspace, mode), 'payments'));
}
