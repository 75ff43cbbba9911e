// Copy of the customers list and the customer page.
export const customers = {
  'customers.title': 'Customers',
} as const;
