// What is available at Stripe in one currency, for the refund dialog that is open. A route and not an action: actions of a page wait for one another.
import { merchantForRequest } from '#lib/access/session.ts';
import { AppError, isDatabaseAway } from '#lib/errors.ts';
import { log } from '#lib/log.ts';
import { availableBalance } from '#lib/perform/preflight-balance.ts';
import { apiHeaders } from '../headers.ts';

export const dynamic = 'force-dynamic';

/** `{ available: "1200" }` in minor units, or null there where nothing can be said. */
export async function GET(request: Request): Promise<Response> {
  const { searchParams } = new URL(request.url);
  try {
    const merchant = await merchantForRequest(searchParams.get('workspace') ?? '', searchParams.get('mode') ?? '', 'refund', request);
    const currency = searchParams.get('currency') ?? '';
    if (!/^[a-z]{3}$/.test(currency)) throw new AppError('bad_request', 'currency is a code of three lower-case letters.', { param: 'currency' });
    const available = merchant.ledger && (await availableBalance(merchant.ledger, currency));
    return Response.json({ available: available?.toString() ?? null }, { headers: apiHeaders() });
  } catch (error) {
    const refused = error instanceof AppError ? error : unexpected(error);
    return Response.json({ error: { code: refused.code, message: refused.message } }, { status: refused.status, headers: apiHeaders() });
  }
}

function unexpected(error: unknown): AppError {
  if (isDatabaseAway(error)) return new AppError('database_away', 'The database is away.', { cause: error });
  log.error({ err: error }, 'a balance could not be asked for');
  return new AppError('internal', 'Something broke on our side.', { cause: error });
}
