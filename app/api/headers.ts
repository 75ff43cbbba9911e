// Security headers of every reply that is no page (INVARIANTS §6): nothing in it may run, be framed, sniffed, embedded or kept.
import { env } from '#lib/env.ts';

export function apiHeaders(own: Readonly<Record<string, string>> = {}): Headers {
  return new Headers({
    'Cache-Control': 'private, no-store',
    'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; object-src 'none'; sandbox",
    'X-Content-Type-Options': 'nosniff',
    'X-Frame-Options': 'DENY',
    'Referrer-Policy': 'same-origin',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Permissions-Policy': 'camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()',
    ...(env().APP_URL.startsWith('https:') ? { 'Strict-Transport-Security': 'max-age=63072000; includeSubDomains; preload' } : {}),
    ...own,
  });
}
