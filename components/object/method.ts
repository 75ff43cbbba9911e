// How a payment method is named in a list: "Visa ·· 4242". Brands are proper names, the same in every language.
export type Method = { type: string; brand?: string | null; last4?: string | null };

const names: Readonly<Record<string, string>> = {
  visa: 'Visa',
  mastercard: 'Mastercard',
  amex: 'Amex',
  unionpay: 'UnionPay',
  jcb: 'JCB',
  diners: 'Diners',
  discover: 'Discover',
  eftpos_au: 'eftpos',
  sepa_debit: 'SEPA',
  us_bank_account: 'ACH',
  ach_debit: 'ACH',
  bacs_debit: 'Bacs',
  au_becs_debit: 'BECS',
  acss_debit: 'PAD',
  link: 'Link',
  paypal: 'PayPal',
  ideal: 'iDEAL',
  bancontact: 'Bancontact',
  klarna: 'Klarna',
  sofort: 'Sofort',
  giropay: 'giropay',
  eps: 'EPS',
  p24: 'Przelewy24',
  blik: 'BLIK',
  twint: 'TWINT',
  cashapp: 'Cash App',
  alipay: 'Alipay',
  wechat_pay: 'WeChat Pay',
  customer_balance: 'Bank transfer',
  card: 'Card',
  card_present: 'Card',
};

export function methodText({ type, brand, last4 }: Method): string {
  const name = names[brand ?? ''] ?? names[type] ?? brand ?? type;
  return last4 ? `${name} ·· ${last4}` : name;
}
