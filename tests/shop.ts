// A small shop in a sandbox account, made through the official client: at least three objects of every mirrored type.
import Stripe from 'stripe';
import { API_VERSION } from '#lib/stripe.ts';
import type { Sandbox } from './sandbox.ts';

/** Opens an account and trades in it. `people` customers pay, three subscribe, some are refunded, one disputes. */
export async function openShop(sandbox: Sandbox, name: string, people = 8): Promise<{ account: string; stripe: Stripe }> {
  const slug = name.toLowerCase().replaceAll(' ', '-');
  const { id: account } = await sandbox.control<{ id: string }>('accounts', { name, country: 'DE', email: `${slug}@example.com`, currency: 'eur' });
  await sandbox.control('grant', { account, livemode: false });
  const stripe = clientFor(sandbox, account);
  const prices = await shelve(stripe);
  for (let index = 0; index < people; index += 1) {
    const customer = await stripe.customers.create({ name: `${name} customer ${index}`, email: `customer.${index}@${slug}.example` });
    const method = await stripe.paymentMethods.attach('pm_card_visa', { customer: customer.id });
    await stripe.customers.update(customer.id, { invoice_settings: { default_payment_method: method.id } });
    await buy(stripe, customer.id, method.id, index);
    if (index < 3) await subscribe(stripe, customer.id, prices[index]!);
  }
  return { account, stripe };
}

export function clientFor(sandbox: Sandbox, account: string): Stripe {
  const base = new URL(sandbox.url);
  return new Stripe(sandbox.stripe['STRIPE_TEST_SECRET_KEY']!, {
    apiVersion: API_VERSION,
    host: base.hostname,
    port: base.port,
    protocol: 'http',
    telemetry: false,
    maxNetworkRetries: 0,
    stripeAccount: account,
  });
}

async function shelve(stripe: Stripe): Promise<string[]> {
  const prices: string[] = [];
  for (const name of ['Weekly', 'Monthly', 'Archive']) {
    const product = await stripe.products.create({ name });
    const price = await stripe.prices.create({ product: product.id, unit_amount: 1_200, currency: 'eur', recurring: { interval: 'month' } });
    prices.push(price.id);
  }
  await stripe.prices.update(prices[2]!, { active: true, nickname: 'Old readers' });
  return prices;
}

async function buy(stripe: Stripe, customer: string, method: string, index: number): Promise<void> {
  const intent = await stripe.paymentIntents.create({
    amount: 5_000 + index * 100,
    currency: 'eur',
    customer,
    payment_method: index > 2 && index < 6 ? 'pm_card_createDispute' : method,
    confirm: true,
    description: `Order ${index}`,
  });
  if (index < 3) await stripe.refunds.create({ payment_intent: intent.id, amount: 1_000 + index });
}

async function subscribe(stripe: Stripe, customer: string, price: string): Promise<void> {
  await stripe.subscriptions.create({ customer, items: [{ price }] });
  await stripe.subscriptionSchedules.create({
    customer,
    start_date: 'now',
    end_behavior: 'release',
    phases: [{ items: [{ price }], duration: { interval: 'year', interval_count: 1 } }],
  });
}
