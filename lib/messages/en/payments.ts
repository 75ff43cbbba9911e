// Copy of the payments list and the payment page.
export const payments = {
  'payments.title': 'Payments',
} as const;
