// How an order to the sandbox reads, and its refusal.
import type { Sandbox } from './parts.ts';

export type Given = Readonly<Record<string, unknown>>;
export type Handler = (sandbox: Sandbox, given: Given, query: URLSearchParams) => unknown;

/** Said to the caller as 400. */
export class BadOrder extends Error {}

export function text(given: Given, name: string): string {
  const value = optional(given, name);
  if (!value) throw new BadOrder(`${name} is missing.`);
  return value;
}

export function optional(given: Given, name: string): string | undefined {
  const value = given[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

export function number(given: Given, name: string): number {
  const value = given[name];
  if (typeof value !== 'number' || !Number.isFinite(value)) throw new BadOrder(`${name} is a number.`);
  return value;
}
