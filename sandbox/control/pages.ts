// The pages for people: consent, console, outbox, and their one stylesheet.
import { readFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import type { Answer, Ask } from '../console/answer.ts';
import { answerConsent } from '../console/consent.ts';
import { answerConsole } from '../console/console.ts';
import type { Sandbox } from './parts.ts';
import { consentDesk, consoleDesk } from './desk.ts';

const css = readFileSync(new URL('../console/console.css', import.meta.url), 'utf8');

export async function answerPages(sandbox: Sandbox, req: IncomingMessage, url: URL, body: string): Promise<Answer | null> {
  const method = req.method ?? 'GET';
  if (url.pathname === '/_sandbox/console.css' && method === 'GET') {
    return { status: 200, headers: { 'Content-Type': 'text/css; charset=utf-8', 'Cache-Control': 'no-cache', 'X-Content-Type-Options': 'nosniff' }, body: css };
  }
  const ask: Ask = { method, url, headers: req.headers, form: new URLSearchParams(method === 'POST' ? body : '') };
  return (await answerConsent(consentDesk(sandbox), ask)) ?? answerConsole(consoleDesk(sandbox, false), sandbox.box, ask);
}
