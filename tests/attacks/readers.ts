// Every way of reading the mirror, with questions that another ledger's rows would change the answer to.
import { merchantForJob } from '#lib/access/job.ts';
import { parseApiQuery } from '#lib/catalogue/api-query.ts';
import { entries } from '#lib/catalogue/index.ts';
import { auditGrammar, customersGrammar, paymentsGrammar, refundsGrammar } from '#lib/catalogue/lists.ts';
import { parseQuery } from '#lib/catalogue/query.ts';
import { findConnection } from '#lib/connection/state.ts';
import type { Ledger } from '#lib/ledger.ts';
import { paymentsOfInvoice } from '#lib/perform/invoice-payments.ts';
import { preflightOf } from '#lib/perform/preflight.ts';
import { refundableOf } from '#lib/perform/refundable.ts';
import { everyAudit, listAudit } from '#lib/read/desk/audit.ts';
import { findCustomer, listCustomerMoments } from '#lib/read/desk/customer.ts';
import { listCustomers } from '#lib/read/desk/customers.ts';
import { findInvoice } from '#lib/read/desk/invoice.ts';
import { findPayment } from '#lib/read/desk/payment.ts';
import { listPayments } from '#lib/read/desk/payments.ts';
import { listNeeding, stillNeeds } from '#lib/read/desk/needs-you.ts';
import { findRefund, listCandidates } from '#lib/read/desk/refund.ts';
import { listRefunds } from '#lib/read/desk/refunds.ts';
import { findObject } from '#lib/read/find.ts';
import { readHistory } from '#lib/read/history.ts';
import { page } from '#lib/read/list.ts';
import { findAsked } from '#lib/read/operation.ts';

export type Known = {
  /** Ids by type: the ledger's own, newest first. */
  readonly own: Readonly<Record<string, readonly string[]>>;
  /** One of each type that only another ledger has. */
  readonly foreign: Readonly<Record<string, string>>;
  /** A customer who paid and was refunded. */
  readonly customer: string;
};

/** Operations of another workspace, the other mode and a former account. */
export const foreignOperations = [1, 2, 3].map((n) => `019a0000-0000-7000-8000-00000000000${n}`);

type Reader = (ledger: Ledger, known: Known) => Promise<unknown>;

const ask = (text: string) => new URLSearchParams(text);

const generic = Object.fromEntries(
  entries.flatMap((entry): [string, Reader][] => [
    [`list.ts:page ${entry.collection}`, (ledger) => page(ledger, entry, parseApiQuery(ask('limit=100'), entry))],
    [`list.ts:page ${entry.collection} after`, (ledger, { own }) => page(ledger, entry, parseApiQuery(ask(`starting_after=${own[entry.type]![0]}`), entry))],
    [
      `list.ts:page ${entry.collection} from a foreign cursor`,
      (ledger, { foreign }) => page(ledger, entry, parseApiQuery(ask(`ending_before=${foreign[entry.type]}`), entry)),
    ],
    [`find.ts:findObject ${entry.type}`, (ledger, { foreign }) => findObject(ledger, entry, foreign[entry.type]!)],
  ]),
);

/** `file:function` of lib/read, and after a space what is asked; from elsewhere with its room before. */
export const readers: Readonly<Record<string, Reader>> = {
  ...generic,
  'operation.ts:findAsked': (ledger) => Promise.all(foreignOperations.map((id) => findAsked(ledger, id))),
  'history.ts:readHistory': (ledger) => readHistory(ledger, ['customer']),
  'desk/payments.ts:listPayments': (ledger) => listPayments(ledger, parseQuery(ask('size=100'), paymentsGrammar), 'UTC'),
  'desk/payments.ts:listPayments refunded': (ledger) => listPayments(ledger, parseQuery(ask('tab=refunded&sort=-amount'), paymentsGrammar), 'UTC'),
  'desk/payments.ts:listPayments of a customer': (ledger, { customer }) =>
    listPayments(ledger, parseQuery(ask(`customer=${customer}`), paymentsGrammar), 'UTC'),
  'desk/payments.ts:listPayments by words': (ledger) => listPayments(ledger, parseQuery(ask('q=another'), paymentsGrammar), 'UTC'),
  'desk/payment.ts:findPayment': (ledger, { own }) => findPayment(ledger, own['payment_intent']![0]!),
  'desk/payment.ts:findPayment of another': (ledger, { foreign }) => findPayment(ledger, foreign['payment_intent']!),
  'desk/invoice.ts:findInvoice': (ledger, { own }) => Promise.all(own['invoice']!.slice(0, 5).map((invoice) => findInvoice(ledger, invoice))),
  'desk/invoice.ts:findInvoice of another': (ledger, { foreign }) => findInvoice(ledger, foreign['invoice']!),
  'desk/customers.ts:listCustomers': (ledger) => listCustomers(ledger, parseQuery(ask('size=100'), customersGrammar), 'UTC'),
  'desk/customers.ts:listCustomers by words': (ledger) => listCustomers(ledger, parseQuery(ask('q=another'), customersGrammar), 'UTC'),
  'desk/customer.ts:findCustomer': (ledger, { customer }) => findCustomer(ledger, customer),
  'desk/customer.ts:findCustomer of another': (ledger, { foreign }) => findCustomer(ledger, foreign['customer']!),
  'desk/customer.ts:listCustomerMoments': async (ledger, { customer }) => listCustomerMoments(ledger, (await findCustomer(ledger, customer))!, null, 50),
  'desk/refunds.ts:listRefunds of a customer': (ledger, { customer }) => listRefunds(ledger, parseQuery(ask(`customer=${customer}`), refundsGrammar), 'UTC'),
  'desk/refund.ts:findRefund of another': (ledger, { foreign }) => findRefund(ledger, foreign['refund']!),
  'desk/refund.ts:listCandidates': (ledger, { own }) => Promise.all(own['charge']!.map((charge) => listCandidates(ledger, { charge, amount: 1_001_000n }))),
  'desk/needs-you.ts:listNeeding': (ledger) => listNeeding(ledger),
  'desk/needs-you.ts:stillNeeds': (ledger, { foreign }) => stillNeeds(ledger, foreign['refund']!),
  'desk/refunds.ts:listRefunds': (ledger) => listRefunds(ledger, parseQuery(ask('size=100'), refundsGrammar), 'UTC'),
  'desk/refunds.ts:listRefunds by words': (ledger) => listRefunds(ledger, parseQuery(ask('q=another'), refundsGrammar), 'UTC'),
  'desk/audit.ts:listAudit': async (ledger) => listAudit(await merchantForJob(ledger, 'test'), parseQuery(ask(''), auditGrammar), 'UTC'),
  'desk/audit.ts:listAudit of a name': async (ledger) => listAudit(await merchantForJob(ledger, 'test'), parseQuery(ask('who=test'), auditGrammar), 'UTC'),
  'desk/audit.ts:everyAudit': async (ledger) => {
    const rows = [];
    for await (const batch of everyAudit(await merchantForJob(ledger, 'test'), { filters: [] }, 'UTC', 100n, 2)) rows.push(...batch);
    return rows;
  },
  'perform/preflight.ts:preflightOf': async (ledger, { own }) => {
    const merchant = await merchantForJob(ledger, 'test');
    const all = await Promise.all(own['payment_intent']!.map((payment) => preflightOf(merchant, payment)));
    // How long ago is the clock's, not a row's.
    return all.map(({ lately, ...rest }) => ({ ...rest, lately: lately.map(({ amount }) => amount) }));
  },
  'perform/invoice-payments.ts:paymentsOfInvoice': (ledger, { own }) => Promise.all(own['invoice']!.map((invoice) => paymentsOfInvoice(ledger, invoice))),
  'perform/refundable.ts:refundableOf': (ledger, { own }) => Promise.all(own['payment_intent']!.map((payment) => refundableOf(ledger, payment))),
  'connection/state.ts:findConnection': async (ledger) => ({ ...(await findConnection(await merchantForJob(ledger, 'test'))), now: null }),
};
