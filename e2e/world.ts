// What journeys know about the world that scripts/test.ts brought up, and what a person does in it.
import { randomUUID } from 'node:crypto';
import { expect, test as base, type Browser, type Page } from '@playwright/test';
import pg from 'pg';

export type Paper = { slug: string; name: string; account: string };
type Demo = { email: string; password: string; papers: Paper[] };

const need = (name: string): string => process.env[name] ?? fail(`${name} is not set: run the journeys with npm test -- e2e`);

export function fail(why: string): never {
  throw new Error(why);
}

export const appUrl = need('E2E_APP_URL');
/** The same world, served in the pseudo-locale. */
export const pseudoUrl = need('E2E_PSEUDO_URL');
export const sandboxUrl = need('E2E_SANDBOX_URL');
export const demo = JSON.parse(need('E2E_DEMO')) as Demo; // written by scripts/world/demo.ts
export const harbor = demo.papers[0]!;

/** Each test watches its pages: an exception, a refused resource or a violated policy fails it. */
export const test = base.extend<{ watched: void }>({
  watched: [
    async ({ context }, use) => {
      const troubles: string[] = [];
      context.on('weberror', (error) => troubles.push(String(error.error())));
      context.on('console', (message) => {
        if (message.type() === 'error' && !/the server responded with a status of (4|5)\d\d/.test(message.text())) troubles.push(message.text());
      });
      await use();
      expect(troubles).toEqual([]);
    },
    { auto: true },
  ],
});

export { expect };

/** All journeys come from one address, more of them than the limit of sign-ins lets through; that limit has tests of its own. */
async function forgetSignIns(): Promise<void> {
  const client = new pg.Client({ connectionString: need('E2E_OWNER_URL') });
  await client.connect();
  await client.query(`DELETE FROM rate_limit WHERE key LIKE 'login-ip:%'`);
  await client.end();
}

/** Without reading the page's words. */
export async function signInAt(page: Page): Promise<void> {
  await forgetSignIns();
  await page.goto('/login');
  await page.locator('input[name=email]').fill(demo.email);
  await page.locator('input[name=password]').fill(demo.password);
  await page.locator('main form button[type=submit]').click();
  await page.waitForURL((url) => url.pathname !== '/login');
}

export async function signIn(page: Page, who: { email: string; password: string } = demo): Promise<void> {
  await forgetSignIns();
  await page.goto('/login');
  await page.getByLabel('E-mail').fill(who.email);
  await page.getByLabel('Password').fill(who.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL((url) => url.pathname !== '/login');
}

/** A signed-in page of its own context. */
export async function signedIn(browser: Browser, options: Parameters<Browser['newContext']>[0] = {}): Promise<Page> {
  const page = await (await browser.newContext({ baseURL: appUrl, ...options })).newPage();
  await signIn(page);
  return page;
}

/** Sign-up, the mail, the first workspace: a newcomer stands in an empty desk. */
export async function newcomer(page: Page, name: string): Promise<{ slug: string }> {
  const email = `new-${randomUUID().slice(0, 8)}@newpaper.example`;
  const password = 'ropes and tides and lanterns';
  await page.goto('/sign-up');
  await page.getByLabel('Work e-mail').fill(email);
  await page.getByLabel('Your name').fill('Nora New');
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Create account' }).click();
  await expect(page.getByText('Look into your mailbox')).toBeVisible();
  await page.goto(await linkInMail(email));
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Confirm and sign in' }).click();
  await page.waitForURL('**/welcome');
  const slug = `paper-${randomUUID().slice(0, 8)}`;
  await page.getByLabel('Workspace name').fill(name);
  await page.getByLabel('Address').fill(slug);
  await page.getByRole('button', { name: 'Create workspace' }).click();
  await page.waitForURL(`**/${slug}/test/payments`);
  return { slug };
}

async function linkInMail(to: string): Promise<string> {
  let link: string | undefined;
  await expect(async () => {
    const mails = await control<{ links: string[] }[]>(`mails?to=${encodeURIComponent(to)}`);
    link = mails[0]?.links.find((each) => each.includes('/verify/'));
    expect(link).toBeDefined();
  }).toPass({ timeout: 20_000 });
  return link!;
}

/** The sandbox's control door. */
export async function control<T = unknown>(path: string, body?: unknown, method = body === undefined ? 'GET' : 'POST'): Promise<T> {
  const answer = await fetch(`${sandboxUrl}/_sandbox/${path}`, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  });
  if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${await answer.text()}`);
  return (await answer.json()) as T;
}

/** An account with one customer and the payments asked for, made over Stripe's own wire. */
export async function newAccount(
  amounts: readonly { amount: number; currency: string; card?: string }[],
): Promise<{ account: string; email: string; payments: string[] }> {
  const email = `owner-${randomUUID().slice(0, 8)}@account.example`;
  const { id: account } = await control<{ id: string }>('accounts', { name: 'Little Paper', country: 'NO', email });
  const payments: string[] = [];
  // The wire needs access: it is granted for the making and given back, so that the journey begins unconnected.
  const clientId = need('STRIPE_TEST_CLIENT_ID');
  const { code } = await control<{ code: string }>('code', { account, client_id: clientId });
  await oauth('token', { grant_type: 'authorization_code', code });
  const customer = await stripe(account, 'customers', { name: 'Marta <b>Lindqvist</b> 🗞️', email: 'marta@nordpress.example' });
  for (const { amount, currency, card = 'pm_card_visa' } of amounts) {
    const intent = await stripe(account, 'payment_intents', {
      amount: String(amount),
      currency,
      customer: customer.id,
      payment_method: card,
      confirm: 'true',
      return_url: 'https://example.com',
      description: 'Back issue',
    });
    payments.push(intent.id);
  }
  await oauth('deauthorize', { client_id: clientId, stripe_user_id: account });
  return { account, email, payments };
}

async function oauth(path: string, params: Record<string, string>): Promise<void> {
  const answer = await fetch(`${sandboxUrl}/oauth/${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${need('STRIPE_TEST_SECRET_KEY')}` },
    body: new URLSearchParams(params),
  });
  if (!answer.ok) throw new Error(`/oauth/${path} answered ${answer.status}: ${await answer.text()}`);
}

export async function stripe(account: string, path: string, params: Record<string, string>): Promise<{ id: string }> {
  const answer = await fetch(`${sandboxUrl}/v1/${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${need('STRIPE_TEST_SECRET_KEY')}`, 'stripe-account': account, 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(params),
  });
  const body = (await answer.json()) as { id: string; error?: { message: string } };
  if (!answer.ok) throw new Error(`${path}: ${body.error?.message}`);
  return body;
}

/** The merchant's part on the sandbox's consent page. */
export async function consent(page: Page, email: string, answer: 'Approve sandbox access' | 'Deny'): Promise<void> {
  await page.getByLabel('Sign in to an existing account').check();
  const account = page.getByLabel('E-mail').first();
  const value = await account.locator('option', { hasText: email }).first().getAttribute('value');
  await account.selectOption(value);
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByRole('button', { name: answer }).click();
}

/** Rows as the database holds them, read by the worker's login in one workspace. */
export async function rows<R extends Record<string, unknown>>(slug: string, sql: string, params: readonly unknown[] = []): Promise<R[]> {
  const client = new pg.Client({ connectionString: need('DATABASE_WORKER_URL') });
  await client.connect();
  try {
    await client.query(`SELECT set_config('app.workspace', (SELECT id::text FROM workspace WHERE slug = $1), false)`, [slug]);
    return (await client.query<R>(sql, [...params])).rows;
  } finally {
    await client.end();
  }
}
