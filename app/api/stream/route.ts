// Live updates: ids of what changed in one workspace and mode, as server-sent events (design/UX.md §9). Who may hear is settled before anything streams.
import { merchantForRequest } from '#lib/access/session.ts';
import { AppError, isDatabaseAway } from '#lib/errors.ts';
import { log } from '#lib/log.ts';
import { apiHeaders } from '../headers.ts';
import { openStream } from './open.ts';

export const dynamic = 'force-dynamic';

export async function GET(request: Request): Promise<Response> {
  const { searchParams } = new URL(request.url);
  try {
    const merchant = await merchantForRequest(searchParams.get('workspace') ?? '', searchParams.get('mode') ?? '', 'read', request);
    return await openStream(merchant, request);
  } catch (error) {
    const refused = error instanceof AppError ? error : unexpected(error);
    return Response.json({ error: { code: refused.code, message: refused.message } }, { status: refused.status, headers: apiHeaders() });
  }
}

function unexpected(error: unknown): AppError {
  if (isDatabaseAway(error)) return new AppError('database_away', 'The database is away.', { cause: error });
  log.error({ err: error }, 'a stream could not be opened');
  return new AppError('internal', 'Something broke on our side.', { cause: error });
}
