// What a page gets and gives, independent of the server that carries it, and the headers every page leaves with.
import { escapeHtml, type Html } from './html.ts';

export type Ask = {
  method: string;
  url: URL;
  headers: Record<string, string | string[] | undefined>;
  form: URLSearchParams;
};
export type Answer = { status: number; headers: Record<string, string>; body: string };

/** `formTo`: where a form's answer may lead besides this host; browsers hold redirects after a POST against form-action too. */
export function page(status: number, body: Html, formTo: string[] = []): Answer {
  return {
    status,
    headers: {
      ...COMMON,
      'Content-Type': 'text/html; charset=utf-8',
      'Content-Security-Policy': `default-src 'none'; style-src 'self'; img-src 'self' data:; frame-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action ${["'self'", ...formTo].join(' ')}`,
    },
    body: `<!doctype html>\n${body}`,
  };
}

export function json(status: number, value: unknown): Answer {
  return { status, headers: { ...COMMON, 'Content-Type': 'application/json; charset=utf-8' }, body: JSON.stringify(value, null, 2) };
}

/** 303, so that a reload of what follows never repeats the POST. */
export function goTo(location: string): Answer {
  return {
    status: 303,
    headers: { ...COMMON, Location: location, 'Content-Type': 'text/html; charset=utf-8' },
    body: `<a href="${escapeHtml(location)}">Go on</a>`,
  };
}

/** A form of these pages is sent only from these pages: another site's form must not press a button here. */
export function sameOrigin(ask: Ask): boolean {
  const site = ask.headers['sec-fetch-site'];
  if (site !== undefined) return site === 'same-origin' || site === 'none';
  const origin = ask.headers.origin;
  return origin === undefined || origin === `http://${String(ask.headers.host)}`;
}

const COMMON = {
  'Cache-Control': 'no-store',
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'same-origin',
};
