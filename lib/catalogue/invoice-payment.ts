import { boolean, define, money, text } from './define.ts';

export const invoicePayment = define({
  type: 'invoice_payment',
  collection: 'invoice_payments',
  prefixes: ['inpay_'],
  money: true,
  listing: { how: 'all' },
  path: (id) => `/v1/invoice_payments/${encodeURIComponent(id)}`,
  expand: [],
  children: {},
  columns: {
    invoice: text('invoice'),
    payment_intent: text('payment.payment_intent'),
    charge: text('payment.charge'),
    status: text('status'),
    amount_paid: money('amount_paid'),
    currency: text('currency'),
    is_default: boolean('is_default'),
  },
  deletion: 'state',
  touches: [
    { owes: 'invoice', at: 'invoice' },
    { owes: 'payment_intent', at: 'payment.payment_intent' },
    { owes: 'charge', at: 'payment.charge' },
  ],
  fields: [
    { label: 'fields.amountPaid', kind: 'money', at: 'amount_paid' },
    { label: 'fields.status', kind: 'status', at: 'status' },
    { label: 'fields.invoice', kind: 'ref', at: 'invoice' },
    { label: 'fields.paymentIntent', kind: 'ref', at: 'payment.payment_intent' },
    { label: 'fields.created', kind: 'time', at: 'created' },
  ],
});
