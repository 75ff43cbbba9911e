// For a watcher: the process is up (it answers) and the database is there (200) or away (503).
import { apiHeaders } from '../headers.ts';
import { probe } from '../probe.ts';

export const dynamic = 'force-dynamic';

export async function GET(): Promise<Response> {
  const up = (await probe()) !== null;
  return Response.json({ status: up ? 'ok' : 'degraded', database: up ? 'ok' : 'away' }, { status: up ? 200 : 503, headers: apiHeaders() });
}
