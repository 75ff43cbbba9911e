// The maker for people at work: who is signed in, and what they may do where they are. Reads the request through next/headers.
import { cookies, headers } from 'next/headers';
import { forbidden, notFound, redirect } from 'next/navigation';
import { cache } from 'react';
import { AppError } from '../errors.ts';
import type { Capability, Merchant } from '../merchant.ts';
import { cleanAddress, PATH_HEADER } from './ingress.ts';
import { listOwners } from './membership.ts';
import { findMerchantOf } from './merchant-of.ts';
import { requireSameOrigin } from './origin.ts';
import { leastRoleFor } from './roles.ts';
import { openSession, sessionCookie } from './session-cookie.ts';
import { findSession, type From, type SignedIn } from './session-row.ts';

export type { SignedIn } from './session-row.ts';

/** A page sets this cookie for a minute whenever a key or pointer is pressed, so that refreshes of an open page do not count as use. */
export const ACTIVE_COOKIE = 'active';

export const findSignedIn: () => Promise<SignedIn | null> = cache(async () => {
  const token = await openSession((await cookies()).get(sessionCookie().name)?.value);
  return token === null ? null : findSession(token, await isUse());
});

/** Pages. Redirects the anonymous to sign in and come back. */
export async function requireSignedIn(): Promise<SignedIn> {
  const signedIn = await findSignedIn();
  if (signedIn) return signedIn;
  const path = (await headers()).get(PATH_HEADER);
  redirect(path ? `/login?next=${encodeURIComponent(path)}` : '/login');
}

/** For layouts, which draw and never decide; pages use requireMerchant. */
export const findMerchant: (slug: string, mode: string) => Promise<Merchant | null> = cache(async (slug, mode) => {
  const signedIn = await findSignedIn();
  return signedIn && findMerchantOf(signedIn, slug, mode);
});

/** Pages. Anonymous → redirect to sign in; unknown or foreign workspace or mode → the one 404; role too low → the 403 page. */
export async function requireMerchant(slug: string, mode: string, capability: Capability = 'read'): Promise<Merchant> {
  await requireSignedIn();
  const merchant = await findMerchant(slug, mode);
  if (!merchant) notFound();
  if (!merchant.can.has(capability)) forbidden();
  return merchant;
}

/**
 * Route handlers and server actions: the same checks as refusals. A handler passes its request; without one the call counts as a server action.
 * Throws AppError cross_origin, signed_out, not_found or forbidden.
 */
export async function merchantForRequest(
  slug: string,
  mode: string,
  capability: Capability,
  request?: { method: string; headers: Headers },
): Promise<Merchant> {
  requireSameOrigin(request ?? { method: 'POST', headers: await headers() });
  const signedIn = await findSignedIn();
  if (!signedIn) throw new AppError('signed_out', 'You are signed out.');
  const merchant = await findMerchantOf(signedIn, slug, mode);
  if (!merchant) throw new AppError('not_found', 'Nothing is here, or nothing that you may see.');
  if (merchant.can.has(capability)) return merchant;
  const role = leastRoleFor(capability);
  throw new AppError('forbidden', `This needs the role ${role}.`, { detail: { role } });
}

/** Server actions outside a workspace (sign-up, log-in, log-out). Throws AppError cross_origin. */
export async function requireOwnPage(): Promise<void> {
  requireSameOrigin({ method: 'POST', headers: await headers() });
}

/** Read once a request: the connect banner and the 403 page both name one. */
export const ownersOf: (workspace: string) => Promise<{ name: string; email: string }[]> = cache(listOwners);

/** Where the request came from, as the ingress left it (see ingress.ts). */
export async function requestFrom(): Promise<From> {
  const given = await headers();
  return { ip: cleanAddress(given.get('x-forwarded-for')), userAgent: given.get('user-agent') };
}

/** A page opened by a person, or anything asked for within a minute of a key or pointer. */
async function isUse(): Promise<boolean> {
  if ((await cookies()).has(ACTIVE_COOKIE)) return true;
  const given = await headers();
  const into = given.get('sec-fetch-dest');
  return into === null ? (given.get('accept') ?? '').includes('text/html') : into === 'document';
}
