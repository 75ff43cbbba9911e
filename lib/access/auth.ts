// next-auth's part: its credentials door and its encrypted cookie. Who is signed in is always decided by the session's row, never by the JWT.
import type { NextAuthOptions } from 'next-auth';
import CredentialsProvider from 'next-auth/providers/credentials';
import { env } from '../env.ts';
import { cleanAddress } from './ingress.ts';
import { logIn } from './log-in.ts';
import { sessionCookie } from './session-cookie.ts';
import { ABSOLUTE_SECONDS, endSession } from './session-row.ts';

export function authOptions(): NextAuthOptions {
  // next-auth builds its addresses from this; the Host header is not to be trusted.
  process.env['NEXTAUTH_URL'] = env().APP_URL;
  const { options, name } = sessionCookie();
  return {
    secret: env().AUTH_SECRET,
    session: { strategy: 'jwt', maxAge: ABSOLUTE_SECONDS },
    useSecureCookies: options.secure,
    cookies: { sessionToken: { name, options } },
    pages: { signIn: '/login', error: '/login' },
    providers: [
      CredentialsProvider({
        name: 'Counterpart',
        credentials: { email: { type: 'email' }, password: { type: 'password' } },
        async authorize(given, request) {
          if (typeof given?.email !== 'string' || typeof given.password !== 'string') return null;
          const headers = (request.headers ?? {}) as Record<string, string | undefined>;
          const from = { ip: cleanAddress(headers['x-forwarded-for']), userAgent: headers['user-agent'] ?? null };
          const answer = await logIn({ email: given.email, password: given.password, from });
          return answer.kind === 'in' ? { id: answer.person, sid: answer.token } : null;
        },
      }),
    ],
    callbacks: {
      // Only the session's secret id is carried; name, e-mail and role are read from the database.
      jwt: ({ token, user }) => ({ sid: user && 'sid' in user ? user.sid : token['sid'] }),
      redirect: ({ url, baseUrl }) => (new URL(url, baseUrl).origin === baseUrl ? url : baseUrl),
    },
    events: {
      async signOut({ token }) {
        if (typeof token?.['sid'] === 'string') await endSession(token['sid']);
      },
    },
    logger: { error: () => {}, warn: () => {}, debug: () => {} },
  };
}
