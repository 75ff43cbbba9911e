// What an object of each type says: full by its schema, with ids that belong together and about as many bytes as Stripe's own.
import { sample } from './sample.ts';

export type Made = { readonly id: string; readonly object: string; readonly [field: string]: unknown };
export type Birth = { readonly account: string; readonly run: string; readonly number: number; readonly random: () => number };

/** Prefix of the id, and about how many bytes a whole event with it has. */
const types: Readonly<Record<string, readonly [prefix: string, bytes: number]>> = {
  charge: ['ch', 4600],
  dispute: ['dp', 4000],
  credit_note: ['cn', 4500],
  customer: ['cus', 2600],
  source: ['src', 2500],
  subscription: ['sub', 5300],
  invoice: ['in', 6700],
  payment_intent: ['pi', 3500],
  setup_intent: ['seti', 2500],
  subscription_schedule: ['sub_sched', 4500],
};

/** Customers an account's other objects name. */
const CUSTOMERS = 40;
/** The envelope around the object. */
const ENVELOPE = 300;

const samples = new Map<string, Record<string, unknown>>();

export function shapeOf(type: string, birth: Birth): Made {
  const [prefix, bytes] = types[type] ?? ['obj', 3000];
  const made = samples.get(type) ?? sample(type);
  samples.set(type, made);
  const of = (name: string, number: number = birth.number) => `${name}_${birth.run}${birth.account.slice(5)}n${number}`;
  const object = {
    ...made,
    ...fieldsOf(type, of, birth),
    id: of(prefix),
    object: type,
    livemode: false,
    currency: 'usd',
    created: 1_790_000_000 + birth.number,
  };
  return { ...object, metadata: filler(bytes - ENVELOPE - Buffer.byteLength(JSON.stringify(object)), birth.random) };
}

type Name = (prefix: string, number?: number) => string;

function fieldsOf(type: string, of: Name, { random }: Birth): Record<string, unknown> {
  const customer = of('cus', Math.floor(random() * CUSTOMERS));
  const amount = 500 + Math.floor(random() * 9500);
  switch (type) {
    case 'customer':
      return { name: 'Ada Byron', email: `${of('ada')}@example.com`, phone: '+4712345678', description: 'A reader since the first issue', balance: 0 };
    case 'charge':
      return {
        customer,
        amount,
        amount_captured: amount,
        amount_refunded: 0,
        captured: true,
        paid: true,
        status: 'succeeded',
        payment_intent: of('pi'),
        balance_transaction: of('txn'),
        payment_method: of('pm'),
        failure_balance_transaction: null,
        payment_method_details: {
          type: 'card',
          card: { brand: 'visa', last4: '4242', exp_month: 4, exp_year: 2031, country: 'US', funding: 'credit', network: 'visa' },
        },
      };
    case 'payment_intent':
      return { customer, amount, amount_received: amount, status: 'succeeded', latest_charge: of('ch'), payment_method: of('pm'), last_payment_error: null };
    case 'invoice':
      return {
        customer,
        total: amount,
        amount_due: amount,
        amount_remaining: 0,
        status: 'paid',
        number: of('HW'),
        parent: { type: 'subscription_details', quote_details: null, subscription_details: { metadata: null, subscription: of('sub') } },
        lines: listOf(`/v1/invoices/${of('in')}/lines`, [{ ...sample('line_item'), id: of('il'), invoice: of('in'), amount }]),
      };
    case 'subscription':
      return {
        customer,
        status: 'active',
        latest_invoice: of('in'),
        schedule: null,
        pending_setup_intent: null,
        items: listOf(`/v1/subscription_items?subscription=${of('sub')}`, [
          {
            ...sample('subscription_item'),
            id: of('si'),
            subscription: of('sub'),
            price: { ...sample('price'), id: of('price', 1), product: of('prod', 1) },
            plan: { ...sample('plan'), id: of('price', 1), product: of('prod', 1) },
          },
        ]),
      };
    case 'dispute':
      return { amount, charge: of('ch'), payment_intent: of('pi'), status: 'needs_response', balance_transactions: [] };
    case 'credit_note':
      return { customer, amount, invoice: of('in'), refunds: [], lines: listOf(`/v1/credit_notes/${of('cn')}/lines`, []) };
    case 'setup_intent':
      return { customer, payment_method: of('pm'), status: 'succeeded', latest_attempt: null };
    case 'subscription_schedule':
      return { customer, subscription: of('sub'), released_subscription: null, status: 'active' };
    case 'source':
      return { customer, status: 'chargeable', type: 'card' };
    default:
      return {};
  }
}

function listOf(url: string, data: readonly unknown[]): Record<string, unknown> {
  return { object: 'list', data, has_more: false, url };
}

/** Metadata as merchants write it: up to forty short notes. */
function filler(bytes: number, random: () => number): Record<string, string> {
  const notes = Math.max(1, Math.min(40, Math.floor(bytes / 90)));
  const each = Math.max(8, Math.floor(bytes / notes) - 18);
  const note = () => {
    let text = '';
    while (text.length < each) text += `order ${Math.floor(random() * 1e6)}, seat ${Math.floor(random() * 90)}, `;
    return text.slice(0, each);
  };
  return Object.fromEntries(Array.from({ length: notes }, (_, index) => [`reference_${String(index).padStart(2, '0')}`, note()]));
}
