// What the console needs of the sandbox; the one adapter to the core fills it.
import type { Call } from '../world/hand.ts';
import type { ConsentAccount } from './consent-pages.ts';

export type Delivery = { endpoint: string; at: number; status: number | null; error: string | null; attempt: number };
export type Fault = { kind: string; label: string; hint: string; ordered: number; fired: number };

export type ConsoleDesk = {
  accounts(): readonly ConsentAccount[];
  connected(account: string): boolean;
  counts(account: string): Readonly<Record<string, number>>;
  call: Call;
  /** Sandbox time, in seconds. */
  now(): number;
  advance(to: number): Promise<void>;
  deliveries(event: string): readonly Delivery[];
  resend(account: string, event: string): void;
  dispute(account: string, charge: string, kind: 'fraudulent' | 'product_not_received' | 'inquiry'): string;
  closeDispute(account: string, dispute: string, how: 'won' | 'lost'): void;
  /** `reason` is Stripe's failure_reason. */
  failRefund(account: string, refund: string, reason: string): void;
  settleRefund(account: string, refund: string): void;
  requireRefundAction(account: string, refund: string): void;
  giveRefundDetails(account: string, refund: string): void;
  authenticate(account: string, intent: string, passes: boolean): void;
  revoke(account: string): void;
  faults(): readonly Fault[];
  orderFault(kind: string, times: number): void;
  clearFaults(): void;
  beliefs(): readonly { text: string; tests: readonly string[] }[];
};
