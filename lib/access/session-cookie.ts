// The cookie of a session: next-auth's encrypted JWT around the session's secret id. It proves nothing without its row.
import { decode, encode } from 'next-auth/jwt';
import { env } from '../env.ts';
import { ABSOLUTE_SECONDS } from './session-row.ts';

export type CookieOptions = { httpOnly: true; sameSite: 'lax'; path: '/'; secure: boolean };

/** `__Host-session` wherever the configured origin is https; plain http is for loopback alone. */
export function sessionCookie(): { name: string; options: CookieOptions } {
  const secure = isHttps();
  return { name: secure ? '__Host-session' : 'session', options: { httpOnly: true, sameSite: 'lax', path: '/', secure } };
}

export function sealSession(token: string): Promise<string> {
  return encode({ token: { sid: token }, secret: env().AUTH_SECRET, maxAge: ABSOLUTE_SECONDS });
}

/** The secret id in a cookie's value, or null for anything that we did not seal or that is too old. */
export async function openSession(value: string | undefined): Promise<string | null> {
  if (!value || value.length > 4_096) return null;
  try {
    const token = await decode({ token: value, secret: env().AUTH_SECRET });
    return typeof token?.['sid'] === 'string' ? token['sid'] : null;
  } catch {
    return null;
  }
}

export function isHttps(): boolean {
  return new URL(env().APP_URL).protocol === 'https:';
}
