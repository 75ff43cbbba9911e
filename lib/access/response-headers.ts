// The security headers of INVARIANTS §6, as values. HSTS and upgrades to https only where the configured origin is https.
import { env } from '../env.ts';
import { isHttps } from './session-cookie.ts';

/** `page`: HTML and its data. `return`: what Stripe's page comes back to; a stricter opener policy would cut the popup's handle. `api`: JSON, CSV, events. */
export type Reply = 'page' | 'return' | 'api';

export function securityHeaders(reply: Reply, nonce: string, development = false): Record<string, string> {
  return {
    'Content-Security-Policy': reply === 'api' ? apiPolicy : pagePolicy(nonce, development),
    'Reporting-Endpoints': 'csp="/api/csp-report"',
    'X-Content-Type-Options': 'nosniff',
    'X-Frame-Options': 'DENY',
    'Referrer-Policy': 'same-origin',
    'Cross-Origin-Opener-Policy': reply === 'return' ? 'unsafe-none' : 'same-origin-allow-popups',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Origin-Agent-Cluster': '?1',
    'Permissions-Policy': 'camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()',
    'Cache-Control': 'private, no-store',
    ...(isHttps() ? { 'Strict-Transport-Security': 'max-age=63072000; includeSubDomains; preload' } : {}),
  };
}

const apiPolicy = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; object-src 'none'; sandbox";

function pagePolicy(nonce: string, development: boolean): string {
  const connect = new URL(env().STRIPE_CONNECT_BASE).origin;
  return [
    "default-src 'none'",
    // React's development build evaluates strings; the built app never does.
    `script-src 'nonce-${nonce}' 'strict-dynamic'${development ? " 'unsafe-eval'" : ''}`,
    `style-src 'self' ${development ? "'unsafe-inline'" : `'nonce-${nonce}'`}`,
    "style-src-attr 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    // Chrome applies this to where the form's answer redirects to.
    `form-action 'self' ${connect}`,
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "object-src 'none'",
    "worker-src 'self'",
    "manifest-src 'self'",
    ...(isHttps() ? ['upgrade-insecure-requests'] : []),
    'report-to csp',
  ].join('; ');
}
