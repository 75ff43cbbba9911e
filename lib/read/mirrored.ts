import type { StripeObject } from '../catalogue/define.ts';

/** One mirrored object and how far it can be trusted. */
export type Mirrored = {
  readonly id: string;
  readonly data: StripeObject;
  /** The latest moment of Stripe's own time that `data` is known to show. */
  readonly asOf: Date;
  /** False while a refetch is owed: the figures may change. */
  readonly confirmed: boolean;
  readonly deletedAt: Date | null;
};

/** What every read of a mirrored table selects. */
export const MIRRORED = 'id, data, as_of_low AS "asOf", confirmed, deleted_at AS "deletedAt"';

/** No id of Stripe's looks otherwise. Anything else is not looked up: it cannot be here, and PostgreSQL refuses a NUL. */
export function isId(id: string): boolean {
  return /^[A-Za-z0-9_-]{1,255}$/.test(id);
}
