// /_sandbox/…: what tests and the start script order. JSON in and out; never part of Stripe's wire.
import { Refused } from '../console/acts.ts';
import { Refusal } from '../core/define.ts';
import type { Sandbox } from './parts.ts';
import { handlers } from './handlers.ts';
import { BadOrder, type Given } from './order.ts';

export type ControlReply = { status: number; body: unknown };

export async function answerControl(sandbox: Sandbox, method: string, url: URL, body: string): Promise<ControlReply> {
  const name = `${method} ${url.pathname.slice('/_sandbox/'.length)}`;
  const handler = Object.hasOwn(handlers, name) ? handlers[name] : undefined;
  if (!handler) return { status: 404, body: { error: `There is no ${name} here.`, known: Object.keys(handlers) } };
  try {
    return { status: 200, body: (await handler(sandbox, given(body), url.searchParams)) ?? { ok: true } };
  } catch (error) {
    if (error instanceof BadOrder) return { status: 400, body: { error: error.message } };
    if (error instanceof Refused || error instanceof Refusal) return { status: 409, body: { error: error.message } };
    console.error(`sandbox: ${name} failed`, error);
    return { status: 500, body: { error: error instanceof Error ? error.message : String(error) } };
  }
}

function given(body: string): Given {
  if (!body.trim()) return {};
  try {
    const value: unknown = JSON.parse(body);
    if (value !== null && typeof value === 'object' && !Array.isArray(value)) return value as Given;
  } catch {
    // said below
  }
  throw new BadOrder('The body is not a JSON object.');
}
