// Transaction 1: one row per intent, made under the charge's lock, or the reason why there is none. The same token finds the row it made.
import { createHash, randomBytes } from 'node:crypto';
import canonicalize from 'canonicalize';
import { appendAudit } from '../audit.ts';
import { db, type Tx } from '../db.ts';
import { AppError } from '../errors.ts';
import type { Ledger } from '../ledger.ts';
import type { Merchant } from '../merchant.ts';
import { confirmNow } from '../mirror/confirm.ts';
import type { Ref } from '../mirror/owe.ts';
import type { Asked, Resolved, Verb } from '../operations/define.ts';
import { publish } from '../publish.ts';
import { notAllowed } from './allowed.ts';
import { leftOf, refundedOf, refusalOf } from './amount.ts';
import { findCanceling } from './cancelable.ts';
import { openWork, type Claim } from './claim.ts';
import { findByToken, storedActor, type Operation } from './operation.ts';
import type { Outcome } from './outcome.ts';
import { pickPayment } from './pick-payment.ts';
import { readPayment, type ReadPayment } from './refundable.ts';

export type Opened = { readonly kind: 'mine'; readonly claim: Claim } | { readonly kind: 'known'; readonly operation: Operation } | Refused;
type Refused = { readonly kind: 'refused'; readonly outcome: Outcome };
type Doubtful = { readonly kind: 'doubtful'; readonly refs: readonly Ref[] };

/** So often a payment may change between its confirmation and its lock. */
const CONFIRMATIONS = 4;
/** The charge's row was held by others for too long: nothing was stored, look again. */
const LOCK_TIMEOUT = '55P03';

export async function open(merchant: Merchant, ledger: Ledger, verb: Verb, asked: Asked, clientToken: string): Promise<Opened> {
  const token = asked.token(ledger) ?? `${ledger.livemode ? 'live' : 'test'}:${clientToken}`;
  const hash = createHash('sha256')
    .update(canonicalize({ kind: verb.kind, account: ledger.account, livemode: ledger.livemode, asked: asText(asked.hashed) })!)
    .digest('hex');
  for (let tries = 0; tries <= CONFIRMATIONS; tries += 1) {
    const opened = await db
      .as(merchant, (tx) => store(tx, merchant, ledger, verb, asked, token, hash))
      .catch((error: unknown) => {
        if ((error as { code?: unknown }).code !== LOCK_TIMEOUT || tries === CONFIRMATIONS) throw error;
        return null;
      });
    if (opened?.kind === 'doubtful') await confirmNow(ledger, opened.refs);
    else if (opened) return opened;
  }
  throw new AppError('in_use', 'This payment is changing at Stripe right now. Nothing was sent; try again in a moment.');
}

/** Null where the same token was stored at the same instant: look again. */
async function store(tx: Tx, merchant: Merchant, ledger: Ledger, verb: Verb, asked: Asked, token: string, hash: string): Promise<Opened | Doubtful | null> {
  const picked = asked.invoice === null ? asked.target : await pickPayment(tx, ledger, asked.invoice, asked.target);
  const payment = verb.reserves && typeof picked === 'string' ? await readPayment(tx, ledger, picked, true) : null;
  // After the lock, so that of many equal clicks the others wait for the first one's row.
  const known = await findByToken(tx, ledger.workspace, token);
  if (known) {
    if (known.params_hash !== hash)
      throw new AppError('idempotency_mismatch', 'This idempotency key was used before with other parameters. Nothing was sent.', { param: 'idempotency_key' });
    return { kind: 'known', operation: known };
  }
  const canceling = verb.kind === 'cancel_refund' ? await findCanceling(tx, ledger, asked.target) : null;
  if (canceling) return { kind: 'known', operation: canceling };
  if (typeof picked !== 'string') return 'refs' in picked ? { kind: 'doubtful', refs: picked.refs } : { kind: 'refused', outcome: picked };
  const resolved = payment && resolve(asked, payment);
  if (resolved && 'kind' in resolved) return resolved;
  const refusal = resolved && (await notAllowed(tx, merchant, ledger, resolved, asked.again));
  if (refusal) return { kind: 'refused', outcome: refusal };
  const id = uuidv7();
  const stored = await tx.maybe(
    `INSERT INTO operation (id, workspace_id, account, livemode, generation, kind, target, charge, params, params_hash, client_token, state, amount, currency, actor)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 'queued', $12, $13, $14) ON CONFLICT (workspace_id, client_token) DO NOTHING RETURNING id`,
    [
      id,
      ledger.workspace,
      ledger.account,
      ledger.livemode,
      ledger.generation,
      verb.kind,
      payment?.key ?? asked.target,
      resolved?.charge ?? null,
      JSON.stringify(asked.toParams(resolved)),
      hash,
      token,
      resolved?.amount ?? null,
      resolved?.currency ?? null,
      JSON.stringify(storedActor(merchant.actor)),
    ],
  );
  if (!stored) return null;
  const claim = await openWork(tx, ledger, verb.kind, id);
  await publish(tx, ledger, [id, payment?.key ?? asked.target]);
  await appendAudit(tx, ledger.workspace, {
    act: `${verb.audited}.asked`,
    actor: merchant.actor,
    account: ledger.account,
    livemode: ledger.livemode,
    object: { type: verb.on, id: resolved?.charge ?? asked.target },
    operation: id,
    ...(resolved ? { after: { amount: resolved.amount, currency: resolved.currency } } : {}),
    ...(asked.note ? { texts: { note: asked.note } } : {}),
  });
  return { kind: 'mine', claim };
}

/** The decision on money: on confirmed rows, under the charge's lock, with everything of ours that is still open. */
function resolve(asked: Asked, payment: ReadPayment): Resolved | Refused | Doubtful {
  const { figures } = payment;
  const refuse = (outcome: Outcome): Refused => ({ kind: 'refused', outcome });
  if (payment.doubts.length > 0) return { kind: 'doubtful', refs: payment.doubts };
  if (payment.inFlight) return refuse({ kind: 'in_flight', amount: payment.inFlight.amount, currency: payment.inFlight.currency });
  const left = leftOf(figures);
  if (asked.seenLeft !== null && asked.seenLeft !== left) return refuse({ kind: 'changed', left, refunded: refundedOf(figures), currency: figures.currency });
  if (payment.unavailable || payment.charge === null)
    return refuse({ kind: 'unavailable', why: payment.unavailable ?? 'not_captured', currency: figures.currency });
  const amount = asked.amount ?? left;
  const why = refusalOf(amount, figures);
  if (why === 'unknown_currency') return refuse({ kind: 'unavailable', why, currency: figures.currency });
  if (why) return refuse({ kind: 'invalid', field: 'amount', why, left, currency: figures.currency });
  return { charge: payment.charge, amount, currency: figures.currency };
}

function asText(values: Readonly<Record<string, unknown>>): unknown {
  return JSON.parse(JSON.stringify(values, (_key, value: unknown) => (typeof value === 'bigint' ? value.toString() : value)));
}

/** RFC 9562: ordered by time, so that operations lie in their order of asking. */
function uuidv7(): string {
  const bytes = randomBytes(16);
  bytes.writeUIntBE(Date.now(), 0, 6);
  bytes[6] = (bytes[6]! & 0x0f) | 0x70;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
