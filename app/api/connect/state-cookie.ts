// The one-time state as this browser carries it, so that an answer from Stripe counts only where the question was asked.
import { isHttps } from '#lib/access/session-cookie.ts';

export function stateCookie(state: string): string {
  return `${name()}=${state}; Path=/; Max-Age=600; HttpOnly; SameSite=Lax${isHttps() ? '; Secure' : ''}`;
}

export function stateOf(request: Request): string | null {
  const found = (request.headers.get('cookie') ?? '').split('; ').find((pair) => pair.startsWith(`${name()}=`));
  return found?.slice(name().length + 1) ?? null;
}

function name(): string {
  return isHttps() ? '__Host-oauth' : 'oauth';
}
