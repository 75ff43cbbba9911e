// Stripe's test cards by what they do, as the console offers them.
export const CARDS: readonly (readonly [token: string, label: string])[] = [
  ['pm_card_visa', 'Visa ·· 4242, works'],
  ['pm_card_mastercard', 'Mastercard ·· 4444, works'],
  ['pm_card_amex', 'American Express ·· 0005, works'],
  ['pm_card_bypassPending', '·· 0077, works, money available at once'],
  ['pm_card_chargeDeclined', '·· 0002, declined'],
  ['pm_card_chargeDeclinedInsufficientFunds', '·· 9995, insufficient funds'],
  ['pm_card_chargeDeclinedExpiredCard', '·· 0069, expired card'],
  ['pm_card_authenticationRequired', '·· 3184, asks for 3-D Secure'],
  ['pm_card_refundFail', '·· 5126, a refund to it fails afterwards'],
  ['pm_card_pendingRefund', '·· 7726, a refund to it waits'],
  ['pm_card_createDispute', '·· 0259, disputed as fraud'],
  ['pm_card_createDisputeProductNotReceived', '·· 2685, disputed as not received'],
  ['pm_card_createDisputeInquiry', '·· 1976, an inquiry'],
];
