// What a REST path names: a type of the catalogue, and the ledger the key is bound to.
import type { Entry } from '#lib/catalogue/define.ts';
import { findCollection } from '#lib/catalogue/index.ts';
import { AppError } from '#lib/errors.ts';
import { modeOf, type Ledger } from '#lib/ledger.ts';
import type { Merchant } from '#lib/merchant.ts';

export function requireCollection(name: string): Entry {
  const entry = findCollection(name);
  if (!entry) throw unknownPath();
  return entry;
}

export function requireLedger(merchant: Merchant): Ledger {
  if (merchant.ledger) return merchant.ledger;
  throw new AppError(
    'bad_request',
    `No Stripe account is connected to this workspace in ${modeOf(merchant)} mode. Connect one in Counterpart under Settings, Connection; this key then reads it.`,
    { detail: { code: 'not_connected' } },
  );
}

export function unknownPath(): AppError {
  return new AppError('not_found', 'Unrecognized request URL. Lists are at /api/v1/{collection}, objects at /api/v1/{collection}/{id}.', {
    detail: { code: 'url_invalid' },
  });
}

/** `allow`: the methods that are there. */
export function readOnly(allow = 'GET, HEAD'): AppError {
  return new AppError(
    'method_not_allowed',
    `Here this API answers ${allow}. Refunds are made by POST to /api/v1/refunds; all else is written at Stripe, and the mirror follows.`,
    {
      detail: { allow },
    },
  );
}
