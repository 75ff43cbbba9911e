import type { ObjectType } from '../core/define.ts';
import { embeddedList } from '../core/embedded-list.ts';
import { only, within } from '../billing/asked.ts';
import { attachPayment } from '../billing/attach-payment.ts';
import { changeInvoice, invoiceFrom } from '../billing/change-invoice.ts';
import { advance, retry } from '../billing/collect.ts';
import { deleteDraft, stopCollecting, voidInvoice, writeOff } from '../billing/end-invoice.ts';
import { finalizeByHand, payByHand, sendByHand } from '../billing/hand-invoice.ts';
import { latestIsSettled, markOverdue } from '../billing/settle.ts';
import { type Invoice, needInvoice, paymentsOf } from '../billing/shapes.ts';

export const invoice: ObjectType = {
  object: 'invoice',
  prefix: 'in',
  collection: 'invoices',
  indexes: ['customer', 'status', 'collection_method', 'parent.subscription_details.subscription'],
  expandable: { customer: 'customer', default_payment_method: 'payment_method', 'parent.subscription_details.subscription': 'subscription' },
  included: { payments: (place, one) => embeddedList(`/v1/invoice_payments?invoice=${one.id}`, paymentsOf(place, one.id)) },
  listFilters: {
    customer: 'customer',
    status: 'status',
    collection_method: 'collection_method',
    subscription: 'parent.subscription_details.subscription',
  },
  listed: (one, params) => within(params, 'due_date', typeof one.due_date === 'number' ? one.due_date : null),
  routes: [
    { method: 'POST', path: '/v1/invoices', run: (place, { params }) => invoiceFrom(place, params) },
    { method: 'POST', path: '/v1/invoices/{id}', run: (place, { params, path }) => changeInvoice(place, needInvoice(place, path.id ?? ''), params) },
    { method: 'DELETE', path: '/v1/invoices/{id}', run: (place, { path }) => deleteDraft(place, needInvoice(place, path.id ?? '')) },
    { method: 'POST', path: '/v1/invoices/{id}/finalize', run: (place, { params, path }) => finalizeByHand(place, needInvoice(place, path.id ?? ''), params) },
    { method: 'POST', path: '/v1/invoices/{id}/pay', run: (place, { params, path }) => payByHand(place, needInvoice(place, path.id ?? ''), params) },
    {
      method: 'POST',
      path: '/v1/invoices/{id}/attach_payment',
      run: (place, { params, path }) => attachPayment(place, needInvoice(place, path.id ?? ''), params),
    },
    { method: 'POST', path: '/v1/invoices/{id}/send', run: (place, { params, path }) => sendByHand(place, needInvoice(place, path.id ?? ''), params) },
    {
      method: 'POST',
      path: '/v1/invoices/{id}/void',
      run: (place, { params, path }) => {
        only(params, []);
        const voided = voidInvoice(place, needInvoice(place, path.id ?? ''));
        latestIsSettled(place, voided);
        return voided;
      },
    },
    {
      method: 'POST',
      path: '/v1/invoices/{id}/mark_uncollectible',
      run: (place, { params, path }) => {
        only(params, []);
        const off = writeOff(place, needInvoice(place, path.id ?? ''));
        latestIsSettled(place, off);
        return off;
      },
    },
  ],
  due: {
    advance_invoice: (place, id) => advance(place, needInvoice(place, id)),
    retry_invoice: (place, id) => retry(place, needInvoice(place, id)),
    overdue_invoice: (place, id) => {
      const one = needInvoice(place, id);
      if (one.status === 'open') markOverdue(place, one);
    },
  },
  reacts: {
    'customer.deleted': (place, { id: customer }) => {
      for (const one of place.all('invoice', { customer }) as Invoice[]) if (one.auto_advance) stopCollecting(place, one); // stored by these rules
    },
  },
};
