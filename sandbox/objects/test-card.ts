// Stripe's test cards: what each name and number stands for, and what the card will do.
import { createHash } from 'node:crypto';
import { belief } from '../core/define.ts';

export type Behaviour = {
  /** Refuses the charge. */
  declines?: { code: string; decline: string; message: string };
  /** Attaches without complaint although it refuses charges. */
  attaches?: true;
  /** Asks for 3-D Secure: always, or once and no more when set up. */
  authenticates?: 'always' | 'once';
  dispute?: 'fraudulent' | 'product_not_received' | 'inquiry';
  refund?: 'fails' | 'waits';
  /** Money is available at once. */
  available?: true;
  risk?: 'elevated' | 'highest';
};
export type TestCard = { number: string; brand: string; country: string; funding: string; behaviour: Behaviour };

belief('Test cards other than 4242…, …0077, …5126 and the official names behave as remembered (FACTS §8).', [
  'sandbox/wire/conformance.test.ts',
  'sandbox/objects/ledger-proof.test.ts',
]);

const decline = (decline: string, message: string, code = 'card_declined'): Behaviour => ({ declines: { code, decline, message } });
const DECLINED = decline('generic_decline', 'Your card was declined.');

const CARDS: readonly [number: string, brand: string, behaviour: Behaviour, ...names: string[]][] = [
  ['4242424242424242', 'visa', {}, 'pm_card_visa', 'tok_visa'],
  ['4000056655665556', 'visa', {}, 'pm_card_visa_debit', 'tok_visa_debit'],
  ['5555555555554444', 'mastercard', {}, 'pm_card_mastercard', 'tok_mastercard'],
  ['378282246310005', 'amex', {}, 'pm_card_amex', 'tok_amex'],
  ['6011111111111117', 'discover', {}, 'pm_card_discover', 'tok_discover'],
  ['4000000000000077', 'visa', { available: true }, 'pm_card_bypassPending', 'tok_bypassPending'],
  ['4000000000005126', 'visa', { refund: 'fails' }, 'pm_card_refundFail', 'tok_refundFail'],
  ['4000000000007726', 'visa', { refund: 'waits' }, 'pm_card_pendingRefund', 'tok_pendingRefund'],
  ['4000000000000002', 'visa', DECLINED, 'pm_card_chargeDeclined', 'pm_card_visa_chargeDeclined', 'tok_chargeDeclined', 'tok_visa_chargeDeclined'],
  [
    '4000000000009995',
    'visa',
    decline('insufficient_funds', 'Your card has insufficient funds.'),
    'pm_card_chargeDeclinedInsufficientFunds',
    'pm_card_visa_chargeDeclinedInsufficientFunds',
    'tok_chargeDeclinedInsufficientFunds',
  ],
  ['4000000000009987', 'visa', decline('lost_card', 'Your card was declined.'), 'pm_card_chargeDeclinedLostCard', 'pm_card_visa_chargeDeclinedLostCard'],
  ['4000000000009979', 'visa', decline('stolen_card', 'Your card was declined.'), 'pm_card_chargeDeclinedStolenCard', 'pm_card_visa_chargeDeclinedStolenCard'],
  [
    '4000000000000069',
    'visa',
    decline('expired_card', 'Your card has expired.', 'expired_card'),
    'pm_card_chargeDeclinedExpiredCard',
    'tok_chargeDeclinedExpiredCard',
  ],
  [
    '4000000000000127',
    'visa',
    decline('incorrect_cvc', "Your card's security code is incorrect.", 'incorrect_cvc'),
    'pm_card_chargeDeclinedIncorrectCvc',
    'tok_chargeDeclinedIncorrectCvc',
  ],
  [
    '4000000000000119',
    'visa',
    decline('processing_error', 'An error occurred while processing your card. Try again in a little bit.', 'processing_error'),
    'pm_card_chargeDeclinedProcessingError',
    'tok_chargeDeclinedProcessingError',
  ],
  ['4000000000000341', 'visa', { ...DECLINED, attaches: true }, 'pm_card_chargeCustomerFail', 'tok_chargeCustomerFail'],
  ['4000002500003155', 'visa', { authenticates: 'once' }, 'pm_card_authenticationRequiredOnSetup', 'pm_card_threeDSecureRequiredOnSetup'],
  ['4000002760003184', 'visa', { authenticates: 'always' }, 'pm_card_authenticationRequired'],
  ['4000000000003220', 'visa', { authenticates: 'always' }, 'pm_card_threeDSecure2Required', 'tok_threeDSecure2Required'],
  [
    '4000008260003178',
    'visa',
    { authenticates: 'always', ...decline('insufficient_funds', 'Your card has insufficient funds.'), attaches: true },
    'pm_card_authenticationRequiredChargeDeclinedInsufficientFunds',
  ],
  ['4000000000000259', 'visa', { dispute: 'fraudulent' }, 'pm_card_createDispute', 'tok_createDispute'],
  ['4000000000002685', 'visa', { dispute: 'product_not_received' }, 'pm_card_createDisputeProductNotReceived', 'tok_createDisputeProductNotReceived'],
  ['4000000000001976', 'visa', { dispute: 'inquiry' }, 'pm_card_createDisputeInquiry', 'tok_createDisputeInquiry'],
  ['4000000000005423', 'visa', {}, 'pm_card_createIssuerFraudRecord'],
  ['4100000000000019', 'visa', { ...decline('fraudulent', 'Your card was declined.'), risk: 'highest' }, 'pm_card_radarBlock', 'tok_radarBlock'],
  ['4000000000009235', 'visa', { risk: 'elevated' }, 'pm_card_riskLevelElevated'],
];

const cards = CARDS.map(([number, brand, behaviour, ...names]) => ({
  card: { number, brand, country: 'US', funding: names.some((name) => name.endsWith('_debit')) ? 'debit' : 'credit', behaviour },
  names,
}));
const byName = new Map(cards.flatMap(({ card, names }) => names.map((name): [string, TestCard] => [name, card])));
const byNumber = new Map(cards.map(({ card }): [string, TestCard] => [card.number, card]));

export function testCardNamed(name: string): TestCard | undefined {
  return byName.get(name);
}

export function testCardNumbered(number: string): TestCard | undefined {
  return byNumber.get(number.replace(/[\s-]/g, ''));
}

/** The same for every card of that number, as Stripe's is within one account. */
export function fingerprintOf(account: string, { number }: TestCard): string {
  return createHash('sha256').update(`${account} ${number}`).digest('base64url').replace(/[-_]/g, 'x').slice(0, 16);
}
