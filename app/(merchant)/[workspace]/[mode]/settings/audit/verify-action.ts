'use server';
// Walks the workspace's chain when an owner or admin asks. A public endpoint, so every argument is checked.
import { merchantForRequest } from '#lib/access/session.ts';
import { verifyAudit, type Verified } from '#lib/audit.ts';
import { db } from '#lib/db.ts';
import { AppError } from '#lib/errors.ts';
import { t } from '#lib/messages/index.ts';

export type VerifyAnswer = { readonly tone: 'pos' | 'neg'; readonly text: string };

export async function verifyAuditAction(slug: string, mode: string): Promise<VerifyAnswer> {
  try {
    const merchant = await merchantForRequest(slug, mode, 'audit');
    return told(await db.as(merchant, (tx) => verifyAudit(tx, merchant.workspace.id)));
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return { tone: 'neg', text: error.message };
  }
}

function told(verified: Verified): VerifyAnswer {
  if (verified.ok) return { tone: 'pos', text: t('audit.holds', { count: Number(verified.entries) }) };
  return { tone: 'neg', text: t(`audit.${verified.why}`, { seq: verified.at.toString() }) };
}
