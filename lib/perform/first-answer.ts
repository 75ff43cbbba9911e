// One answer per idempotency key (INVARIANTS §3.1, Stripe's own rule): whoever repeats a request gets the first answer again, to the byte.
// It spares the asking and holds no promise about money: that a write happens once rests on the operation's own token.
import { createHash, randomUUID } from 'node:crypto';
import canonicalize from 'canonicalize';
import { db } from '../db.ts';
import { AppError } from '../errors.ts';
import type { Merchant } from '../merchant.ts';

export type Answer = { readonly status: number; readonly body: string; readonly headers: Readonly<Record<string, string>>; readonly requestId: string };
/** Plain JSON: what was asked for, by method, path and parameters. */
export type Question = { readonly key: string; readonly path: string; readonly asked: unknown };

/** Longer than one answer may take; when it is over without one, its maker is dead and the next who asks goes on. */
const CLAIM_SECONDS = 60;

/**
 * The first answer kept for this key, or the one that `make` gives. `kept: false` leaves the key free, also for another request: nothing was stored.
 * Throws idempotency_mismatch for another request under the key, in_use while somebody is at it.
 */
export async function firstAnswer(
  merchant: Merchant,
  question: Question,
  make: () => Promise<{ readonly answer: Answer; readonly kept: boolean }>,
): Promise<{ readonly answer: Answer; readonly replayed: boolean }> {
  const claim = randomUUID();
  const found = await claimKey(merchant, question, claim);
  if (found) return { answer: found, replayed: true };
  const made = await make().catch(async (error: unknown) => {
    await letGo(merchant, question.key, claim);
    throw error;
  });
  if (made.kept) return keep(merchant, question.key, made.answer);
  await letGo(merchant, question.key, claim);
  return { answer: made.answer, replayed: false };
}

/** Null once the key is ours to answer. */
async function claimKey(merchant: Merchant, question: Question, claim: string): Promise<Answer | null> {
  const hash = hashOf(merchant, question);
  return db.as(merchant, async (tx) => {
    const about = [merchant.workspace.id, merchant.livemode, question.key];
    const claimed = await tx.maybe(
      `INSERT INTO api_reply (workspace_id, livemode, key, request_hash, claim, claimed_until) VALUES ($1, $2, $3, $4, $5, clock_timestamp() + make_interval(secs => $6))
       ON CONFLICT (workspace_id, livemode, key) DO UPDATE SET request_hash = excluded.request_hash, claim = excluded.claim, claimed_until = excluded.claimed_until
         WHERE api_reply.status IS NULL AND api_reply.claimed_until < clock_timestamp() RETURNING key`,
      [...about, hash, claim, CLAIM_SECONDS],
    );
    if (claimed) return null;
    const known = await tx.one<Stored>(`SELECT ${STORED}, request_hash FROM api_reply WHERE ${THIS}`, about);
    if (known.request_hash !== hash)
      throw new AppError('idempotency_mismatch', 'This Idempotency-Key was used before with another request. Nothing was done; use a new key.', {
        param: 'Idempotency-Key',
      });
    if (known.status === null)
      throw new AppError('in_use', 'A request with this Idempotency-Key is being answered right now. Send the same again in a moment to read its answer.', {
        detail: { code: 'idempotency_key_in_use' },
      });
    return answerOf(known);
  });
}

/** Whoever is first to keep an answer keeps it for all. */
async function keep(merchant: Merchant, key: string, { status, headers, body, requestId }: Answer): Promise<{ answer: Answer; replayed: boolean }> {
  return db.as(merchant, async (tx) => {
    const about = [merchant.workspace.id, merchant.livemode, key];
    const mine = await tx.run(
      `UPDATE api_reply SET status = $4, headers = $5, body = $6, request_id = $7, answered_at = clock_timestamp() WHERE ${THIS} AND status IS NULL`,
      [...about, status, JSON.stringify(headers), body, requestId],
    );
    return { answer: answerOf(await tx.one<Stored>(`SELECT ${STORED} FROM api_reply WHERE ${THIS}`, about)), replayed: mine === 0 };
  });
}

async function letGo(merchant: Merchant, key: string, claim: string): Promise<void> {
  await db.as(merchant, (tx) =>
    tx.query(`UPDATE api_reply SET claimed_until = '-infinity' WHERE ${THIS} AND claim = $4 AND status IS NULL`, [
      merchant.workspace.id,
      merchant.livemode,
      key,
      claim,
    ]),
  );
}

type Stored = { status: number | null; headers: Record<string, string> | null; body: string | null; request_id: string | null; request_hash: string };

const THIS = 'workspace_id = $1 AND livemode = $2 AND key = $3';
const STORED = 'status, headers, body, request_id';

function answerOf({ status, headers, body, request_id: requestId }: Stored): Answer {
  return { status: status!, headers: headers!, body: body!, requestId: requestId! };
}

/** With the account: after another was connected, the same words mean another thing. */
function hashOf({ ledger }: Merchant, { path, asked }: Question): string {
  return createHash('sha256')
    .update(canonicalize({ account: ledger?.account ?? null, path, asked })!)
    .digest('hex');
}
