// For a load balancer: may requests be sent here? And, for npm start, how long ago a worker beat.
import { ending } from '../ending.ts';
import { apiHeaders } from '../headers.ts';
import { probe } from '../probe.ts';

export const dynamic = 'force-dynamic';

export async function GET(): Promise<Response> {
  const beats = ending.aborted ? null : await probe();
  const reason = ending.aborted ? 'ending' : beats === null ? 'database_away' : null;
  const body = { ready: reason === null, reason, worker_seconds: beats?.get('worker') ?? null };
  return Response.json(body, { status: reason === null ? 200 : 503, headers: apiHeaders(reason === null ? {} : { 'Retry-After': '5' }) });
}
