// The few fields of an event that are read before anything acts on it. What they say is checked; the body is kept as it came.

export type Envelope = {
  readonly id: string;
  readonly type: string;
  readonly created: number;
  readonly livemode: boolean;
  /** '' where the event names none. */
  readonly account: string;
  readonly apiVersion: string | null;
  readonly objectType: string | null;
  readonly objectId: string | null;
};

/** Stripe's dates lie well inside this; beyond it a timestamp would not fit its column. */
const LATEST = 253_402_300_799;

/** Null when the value is no event that could be kept and handed on. */
export function envelopeOf(value: unknown): Envelope | null {
  if (!isRecord(value) || value['object'] !== 'event') return null;
  const { id, type, created, livemode, account = '', api_version: version = null } = value;
  const object = isRecord(value['data']) ? value['data']['object'] : undefined;
  if (!isName(id) || !isName(type) || typeof livemode !== 'boolean' || !isRecord(object)) return null;
  if (!Number.isSafeInteger(created) || (created as number) < 0 || (created as number) > LATEST) return null;
  if (account !== null && account !== '' && !isName(account)) return null;
  return {
    id,
    type,
    created: created as number,
    livemode,
    account: account === null ? '' : account,
    apiVersion: isName(version) ? version : null,
    objectType: isName(object['object']) ? object['object'] : null,
    objectId: isName(object['id']) ? object['id'] : null,
  };
}

/** A short text that PostgreSQL can hold. */
function isName(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= 255 && value.isWellFormed() && !value.includes('\u0000');
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
