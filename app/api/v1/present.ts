import type { Mirrored } from '#lib/read/mirrored.ts';

/** Stripe's JSON, and what the mirror knows of its age. A deleted object keeps its last state beside Stripe's `deleted: true`. */
export function present({ data, asOf, confirmed, deletedAt }: Mirrored): Record<string, unknown> {
  return {
    ...data,
    ...(deletedAt ? { deleted: true } : {}),
    mirror: { as_of: seconds(asOf), confirmed, deleted_at: deletedAt && seconds(deletedAt) },
  };
}

function seconds(at: Date): number {
  return Math.floor(at.getTime() / 1000);
}
