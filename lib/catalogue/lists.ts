// The lists people use all day, as their addresses spell them. What stands behind each word is said in lib/read/desk.
import { type Grammar, parseQuery } from './query.ts';

/** What a payment is called in the list and in its badge: Stripe's status of the attempt, what was refunded, and a dispute that is open. */
export const paymentWords = [
  'succeeded',
  'partly_refunded',
  'refunded',
  'disputed',
  'failed',
  'needs_action',
  'needs_confirmation',
  'uncaptured',
  'processing',
  'incomplete',
  'canceled',
] as const;

export const paymentsGrammar = {
  tabs: ['all', 'succeeded', 'refunded', 'failed', 'needs_action', 'disputed'],
  filters: {
    status: { kind: 'choice', options: paymentWords },
    method: { kind: 'choice' },
    customer: { kind: 'text' },
    created: { kind: 'date' },
    amount: { kind: 'amount' },
  },
  sorts: { created: 'time', amount: 'integer' },
  sort: { field: 'created', descending: true },
  search: true,
} as const satisfies Grammar;

export const customersGrammar = {
  tabs: ['all', 'active', 'past_due', 'no_method'],
  filters: { created: { kind: 'date' } },
  sorts: { created: 'time' },
  sort: { field: 'created', descending: true },
  search: true,
} as const satisfies Grammar;

/** How a refund stands: what was asked here and is not at Stripe yet, then Stripe's own status. `no_status`: Stripe names none. */
export const refundWords = [
  'queued',
  'held',
  'sending',
  'unknown',
  'needs_review',
  'pending',
  'requires_action',
  'succeeded',
  'refused',
  'not_refunded',
  'failed',
  'failed_afterwards',
  'canceled',
  'no_status',
] as const;

export const refundsGrammar = {
  tabs: ['all', 'pending', 'needs_action', 'failed', 'succeeded'],
  filters: {
    status: { kind: 'choice', options: refundWords },
    reason: { kind: 'choice', options: ['requested_by_customer', 'duplicate', 'fraudulent', 'expired_uncaptured_charge'] },
    by: { kind: 'choice', options: ['here', 'stripe'] },
    customer: { kind: 'text' },
    created: { kind: 'date' },
    amount: { kind: 'amount' },
  },
  sorts: { created: 'time', amount: 'integer' },
  sort: { field: 'created', descending: true },
  search: true,
} as const satisfies Grammar;

/** Acts of the audit log that can be asked for. One nobody named here is listed all the same, under its own word. */
export const auditActs = [
  ...['refund', 'cancellation', 'deauthorization'].flatMap((verb) =>
    ['asked', 'sent', 'found', 'refused', 'withdrawn', 'needs_review', 'decided', 'held'].map((act) => `${verb}.${act}`),
  ),
  'event.retried',
  ...['asked', 'linked', 'confirmed', 'declined', 'lapsed', 'refused', 'suspended', 'resumed', 'revoked', 'disconnected'].map((act) => `connection.${act}`),
  'refund.failed',
  'refund.canceled',
  'refund.attended',
  'deployment.adopted',
  'deployment.restored',
  'deployment.released',
  'workspace.created',
  'member.added',
  'member.removed',
  'member.role_set',
  'key.created',
  'key.revoked',
  'refund_limit.set',
  'step_up_amount.set',
  'export.audit',
];

export const auditGrammar = {
  tabs: [],
  filters: {
    who: { kind: 'text' },
    what: { kind: 'choice', options: auditActs },
    object: { kind: 'text' },
    mode: { kind: 'choice', options: ['live', 'test'] },
    date: { kind: 'date' },
  },
  sorts: { seq: 'integer' },
  sort: { field: 'seq', descending: true },
  search: false,
} as const satisfies Grammar;

export type PaymentsTab = (typeof paymentsGrammar.tabs)[number];
export type CustomersTab = (typeof customersGrammar.tabs)[number];
export type RefundsTab = (typeof refundsGrammar.tabs)[number];

const grammars: Readonly<Record<string, Grammar>> = {
  payments: paymentsGrammar,
  customers: customersGrammar,
  refunds: refundsGrammar,
  'settings/audit': auditGrammar,
};

/** False for the address of a list that the list cannot read: its page says so, and its answer is a 400. */
export function isReadable(path: string, params: URLSearchParams): boolean {
  const list = /^\/[^/]+\/[^/]+\/(\w+(?:\/\w+)?)$/.exec(path)?.[1] ?? '';
  if (!Object.hasOwn(grammars, list)) return true;
  try {
    parseQuery(params, grammars[list]!);
    return true;
  } catch {
    return false;
  }
}
