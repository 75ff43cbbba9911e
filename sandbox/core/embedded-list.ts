// Lists inside an object: Stripe shows ten rows and where the rest is.
import type { List, StripeObject } from './define.ts';

export function embeddedList(url: string, rows: readonly StripeObject[], limit = 10): List {
  return { object: 'list', data: rows.slice(0, limit), has_more: rows.length > limit, url };
}
