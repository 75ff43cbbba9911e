// Limits set by an owner bind support on the page and a program by API; and an invoice paid in two payments is refunded by the one that was picked.
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import AxeBuilder from '@axe-core/playwright';
import type { Browser, Locator, Page } from '@playwright/test';
import pg from 'pg';
import { appUrl, control, demo, expect, fail, rows, signedIn, signIn, stripe, test } from './world.ts';

test.describe.configure({ mode: 'serial' });

const paper = demo.papers[1]!;
const settings = `/${paper.slug}/test/settings/refunds`;

test('an owner sets what support may refund in EUR, after the password, and what was typed stays until then', async ({ browser }) => {
  const page = await signedIn(browser);
  await page.goto(settings);
  await expectAxe(page);
  await page.getByRole('link', { name: 'Change the limits of Support' }).press('Enter');
  const form = page.getByRole('form', { name: 'Change the limits of Support' });
  await form.getByLabel('Another currency').selectOption('eur');
  await form.getByLabel('Each refund').fill('50.005');
  await form.getByLabel('A day').fill('120');
  await form.getByRole('button', { name: 'Save' }).click();
  await expect(form.getByText('EUR has 2 decimals.')).toBeVisible();
  await expect(form.getByLabel('Each refund')).toBeFocused();
  await form.getByLabel('Each refund').fill('50.00');
  await form.getByRole('button', { name: 'Save' }).click();
  const password = form.getByLabel('Your password');
  await expect(password).toBeFocused();
  await expectAxe(page);
  await password.fill('not the password 1');
  await form.getByRole('button', { name: 'Save' }).click();
  await expect(form.getByText('This is not your password. Nothing was saved.')).toBeVisible();
  await expect(form.getByLabel('Each refund')).toHaveValue('50.00');
  await expect(form.getByLabel('A day')).toHaveValue('120');
  expect(await lines()).toEqual([]);
  await password.fill(demo.password);
  await form.getByRole('button', { name: 'Save' }).press('Enter');
  await expect(page.getByRole('status').filter({ hasText: /^Saved \d\d:\d\d/ })).toBeVisible();
  await expect(page.getByText('50.00 EUR per refund, 120.00 EUR a day')).toBeVisible();
  await expect(form).toBeHidden();
  await expect(page.getByRole('link', { name: 'Change the limits of Support' })).toBeFocused();
  expect(await lines()).toEqual([{ whose: 'support', currency: 'eur', each: '5000', per_day: '12000' }]);
  const [entry] = await rows<{ body: { before: unknown; after: unknown } }>(
    paper.slug,
    `SELECT body FROM audit_entry WHERE body ->> 'act' = 'refund_limit.set' ORDER BY seq DESC LIMIT 1`,
  );
  expect(entry?.body).toMatchObject({ before: { each: null, day: null }, after: { currency: 'eur', each: '5000', day: '12000' } });

  // Given once, the password is good for five minutes.
  await page.getByRole('link', { name: 'Change the amounts that need the password' }).click();
  const amounts = page.getByRole('form', { name: 'Change the amounts that need the password' });
  await amounts.getByLabel('Another currency').selectOption('eur');
  await amounts.getByLabel('Above').fill('80');
  await amounts.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('Above 80.00 EUR')).toBeVisible();
  await page.context().close();
});

test('support sees the limits without a way to change them, refunds within, is refused above, and has none in USD', async ({ browser }) => {
  const page = await supporter(browser);
  await page.goto(settings);
  await expect(page.getByText('50.00 EUR per refund, 120.00 EUR a day')).toBeVisible();
  await expect(page.getByText('An owner or admin changes these.')).toBeVisible();
  await expect(page.getByRole('link', { name: /^Change/ })).toHaveCount(0);
  await page.goto(`${settings}?edit=support`);
  await expect(page.getByRole('form')).toHaveCount(0);
  await expectAxe(page);

  const [euros, dollars] = [await paid(20_000, 'eur'), await paid(20_000, 'usd')];
  const dialog = await openRefund(page, euros);
  await dialog.getByLabel('Amount to refund').fill('50.01');
  await press(dialog);
  await expect(dialog.getByRole('alert')).toContainText('Nothing was sent.');
  expect(await refundsOf(euros)).toEqual([]);
  await dialog.getByLabel('Amount to refund').fill('50.00');
  await press(dialog);
  await expect(dialog).toBeHidden();
  expect(await refundsOf(euros)).toEqual([5_000]);
  const other = await openRefund(page, dollars);
  await expect(other.getByText(/no refund limit in USD/)).toBeVisible();
  await press(other);
  await expect(other.getByRole('alert')).toContainText('Nothing was sent.');
  expect(await refundsOf(dollars)).toEqual([]);
  await page.context().close();
});

test('a key refunds up to the amount that asks a person for the password, and is told why not above it', async () => {
  const payment = await paid(20_000, 'eur');
  const key = await keyOf();
  const over = await post(key, { payment_intent: payment, amount: 8_001 });
  expect(over.status).toBe(403);
  expect(over.body.error).toMatchObject({ code: 'over_limit', param: 'amount', message: expect.stringContaining('80.00 EUR') });
  expect(await refundsOf(payment)).toEqual([]);
  const within = await post(key, { payment_intent: payment, amount: 8_000 });
  expect([within.status, within.body.amount]).toEqual([200, 8_000]);
  expect(await refundsOf(payment)).toEqual([8_000]);
});

test('an invoice paid in two payments: one is picked, its dialog opens, and the invoice shows what went back', async ({ browser }) => {
  const { invoice, payments } = await invoiceInTwo();
  const page = await signedIn(browser);
  await page.goto(`/${paper.slug}/test/payments/${payments[0]}`);
  await page
    .getByRole('link', { name: /-0001$/ })
    .first()
    .click();
  await page.waitForURL(`**/invoices/${invoice}`);
  await expect(page.getByRole('heading', { level: 1 })).toContainText('Invoice');
  const table = page.getByRole('table', { name: 'Payments' });
  await expect(table.getByRole('row')).toHaveCount(3);
  await expect(page.getByText('The invoice stays paid; no credit note is made.')).toBeVisible();
  const refund = page.getByRole('button', { name: 'Refund…' });
  await refund.focus();
  await page.keyboard.press('Enter');
  await expect(page.getByText('Which payment?')).toBeVisible();
  await expectAxe(page);
  await page.getByRole('link', { name: /^60\.00 EUR/ }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText('Refund 60.00 EUR payment');
  await dialog.getByLabel('Amount to refund').fill('15');
  await press(dialog);
  await expect(dialog).toBeHidden();
  expect(await refundsOf(payments[0]!)).toEqual([1_500]);
  await page.goto(`/${paper.slug}/test/invoices/${invoice}`);
  await expect(table.getByRole('row').filter({ hasText: '60.00 EUR' })).toContainText('15.00 EUR');
  await page.context().close();
});

async function lines(): Promise<unknown[]> {
  return rows(paper.slug, `SELECT whose, currency, each::text, per_day::text FROM refund_limit WHERE role = 'support' ORDER BY currency`);
}

async function invoiceInTwo(): Promise<{ invoice: string; payments: string[] }> {
  const { account } = paper;
  const customer = (await stripe(account, 'customers', { name: 'Ada Reader', email: `ada-${randomUUID().slice(0, 8)}@reader.example` })).id;
  const method = (await stripe(account, 'payment_methods/pm_card_visa/attach', { customer })).id;
  const invoice = (await stripe(account, 'invoices', { customer, currency: 'eur' })).id;
  await stripe(account, 'invoiceitems', { customer, invoice, currency: 'eur', amount: '10000', description: 'Two volumes' });
  await stripe(account, `invoices/${invoice}/finalize`, {});
  const payments: string[] = [];
  for (const amount of ['6000', '4000']) {
    const intent = await stripe(account, 'payment_intents', {
      amount,
      currency: 'eur',
      customer,
      payment_method: method,
      confirm: 'true',
      'payment_method_types[0]': 'card',
    });
    await stripe(account, `invoices/${invoice}/attach_payment`, { payment_intent: intent.id });
    payments.push(intent.id);
  }
  await expect(async () =>
    expect(
      await rows(
        paper.slug,
        `SELECT FROM invoices i JOIN invoice_payments p ON p.invoice = i.id JOIN payments y ON y.id = p.payment_intent WHERE i.id = $1 AND i.status = 'paid' AND p.status = 'paid' AND y.status = 'succeeded' AND y.invoice = i.id`,
        [invoice],
      ),
    ).toHaveLength(2),
  ).toPass({ timeout: 40_000 });
  return { invoice, payments };
}

async function paid(amount: number, currency: string): Promise<string> {
  const { id } = await stripe(paper.account, 'payment_intents', {
    amount: String(amount),
    currency,
    payment_method: 'pm_card_visa',
    confirm: 'true',
    return_url: 'https://example.com',
  });
  await expect(async () => expect(await rows(paper.slug, `SELECT FROM payments WHERE id = $1 AND status = 'succeeded'`, [id])).toHaveLength(1)).toPass({
    timeout: 30_000,
  });
  return id;
}

async function openRefund(page: Page, id: string): Promise<Locator> {
  await page.goto(`/${paper.slug}/test/payments/${id}?refund`);
  const dialog = page.getByRole('dialog');
  await expect(dialog).toBeVisible();
  return dialog;
}

async function press(dialog: Locator): Promise<void> {
  await dialog.getByRole('button', { name: /^Refund \d/ }).click();
}

async function refundsOf(payment: string): Promise<number[]> {
  const { objects } = await control<{ objects: { payment_intent: string; amount: number }[] }>(`oracle?account=${paper.account}&livemode=false&type=refund`);
  return objects.filter((refund) => refund.payment_intent === payment).map(({ amount }) => amount);
}

/** A signed-in support person whom only the role's limits bind. Their password is the demo owner's: only its hash is known here. */
async function supporter(browser: Browser): Promise<Page> {
  const email = `support-${randomUUID().slice(0, 8)}@fjordreview.example`;
  await asOwner(
    `WITH p AS (INSERT INTO person (id, email, name, password_hash, email_verified_at)
       SELECT gen_random_uuid(), $1, 'Ola Berg', password_hash, now() FROM person WHERE email = $2 RETURNING id)
     INSERT INTO membership (workspace_id, person_id, role) SELECT w.id, p.id, 'support' FROM workspace w, p WHERE w.slug = $3`,
    [email, demo.email, paper.slug],
  );
  const page = await (await browser.newContext({ baseURL: appUrl })).newPage();
  await signIn(page, { email, password: demo.password });
  return page;
}

/** As `npm run admin -- create-key` keeps one. */
async function keyOf(): Promise<string> {
  const key = `cpk_test_${randomBytes(32).toString('base64url')}`;
  await asOwner(
    `WITH w AS (SELECT id, set_config('app.workspace', id::text, false) FROM workspace WHERE slug = $1),
       k AS (INSERT INTO api_key (workspace_id, id, name, last4, livemode, scopes, expires_at)
         SELECT w.id, gen_random_uuid(), 'Shop', $2, false, ARRAY['read', 'refund'], now() + interval '1 day' FROM w RETURNING id, workspace_id, scopes, expires_at)
     INSERT INTO api_key_hash (hash, key_id, workspace_id, livemode, scopes, expires_at) SELECT $3, id, workspace_id, false, scopes, expires_at FROM k`,
    [paper.slug, key.slice(-4), createHash('sha256').update(key).digest()],
  );
  return key;
}

async function asOwner(sql: string, params: unknown[]): Promise<void> {
  const owner = new pg.Client({ connectionString: process.env['E2E_OWNER_URL'] ?? fail('There is no owner to ask.') });
  await owner.connect();
  try {
    await owner.query(`SELECT set_config('app.workspace', (SELECT id::text FROM workspace WHERE slug = $1), false)`, [paper.slug]);
    await owner.query(sql, params);
  } finally {
    await owner.end();
  }
}

type Answer = { status: number; body: { amount?: number; error?: { code: string; param: string; message: string } } };

async function post(key: string, params: object): Promise<Answer> {
  const answer = await fetch(`${appUrl}/api/v1/refunds`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', 'idempotency-key': randomUUID() },
    body: JSON.stringify(params),
  });
  return { status: answer.status, body: (await answer.json()) as Answer['body'] };
}

async function expectAxe(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
}
