// What stands between a person and a refund: the password, a limit, the same amount again, a dispute, a short balance, and two currencies kept apart.
import { randomUUID } from 'node:crypto';
import AxeBuilder from '@axe-core/playwright';
import type { Browser, Locator, Page } from '@playwright/test';
import pg from 'pg';
import { control, demo, expect, fail, harbor, rows, signedIn, signIn, stripe, test, appUrl } from './world.ts';

test.describe.configure({ mode: 'serial' });

test('above the workspace’s amount: a wrong password sends nothing and keeps the form, the right one is good for the next refund too', async ({ browser }) => {
  const [first, second] = [await paid(90_000, 'usd'), await paid(80_000, 'usd')];
  const page = await signedIn(browser);
  const dialog = await openRefund(page, first);
  const password = dialog.getByLabel('Your password');
  await expect(password).toBeVisible();
  await dialog.getByLabel('Amount to refund').fill('500');
  await expect(password).toBeHidden();
  await dialog.getByLabel('Amount to refund').fill('500.01');
  await dialog.getByLabel('Reason').selectOption('other');
  await dialog.getByLabel('Note').fill('Paid by mistake');
  await press(dialog);
  await expect(dialog.getByText('Enter your password.')).toBeVisible();
  await password.fill('not the password 1');
  await press(dialog);
  await expect(dialog.getByText('This is not your password. Nothing was sent.')).toBeVisible();
  await expect(password).toBeFocused();
  await expect(dialog.getByLabel('Amount to refund')).toHaveValue('500.01');
  await expect(dialog.getByLabel('Note')).toHaveValue('Paid by mistake');
  expect(await refundsOf(first)).toEqual([]);
  await expectAxe(page);
  await password.fill(demo.password);
  await press(dialog);
  await expect(dialog).toBeHidden();
  expect(await refundsOf(first)).toEqual([50_001]);
  const next = await openRefund(page, second);
  await expect(next.getByLabel('Your password')).toBeHidden();
  await press(next);
  await expect(next).toBeHidden();
  expect(await refundsOf(second)).toEqual([80_000]);
  await page.context().close();
});

test('the password of one browser does not count in another', async ({ browser }) => {
  const page = await signedIn(browser);
  const dialog = await openRefund(page, await paid(60_000, 'usd'));
  await expect(dialog.getByLabel('Your password')).toBeVisible();
  await page.context().close();
});

test('support: the limit is said, above it nothing goes out and those are named who may, below it it does', async ({ browser }) => {
  const page = await supporter(browser, { currency: 'usd', each: 2_000, day: 3_000 });
  const [payment, pounds] = [await paid(9_000, 'usd'), await paid(90_000, 'gbp')];
  const dialog = await openRefund(page, payment);
  await expect(dialog.getByText('Your limit is 20.00 USD per refund, 30.00 USD a day (0.00 USD used).')).toBeVisible();
  await expect(dialog.getByText(/^This amount is above your limit\. .*may refund it\.$/)).toBeVisible();
  await press(dialog);
  const refusal = dialog.getByRole('alert');
  await expect(refusal).toContainText('Your limit is 20.00 USD per refund');
  await expect(refusal).toContainText('Nothing was sent.');
  await expect(refusal).toContainText('may refund it.');
  expect(await refundsOf(payment)).toEqual([]);
  await expectAxe(page);
  await dialog.getByLabel('Amount to refund').fill('20');
  await press(dialog);
  await expect(dialog).toBeHidden();
  expect(await refundsOf(payment)).toEqual([2_000]);
  const next = await openRefund(page, await paid(9_000, 'usd'));
  await expect(next.getByText('(20.00 USD used)')).toBeVisible();
  await next.getByLabel('Amount to refund').fill('10.01');
  await expect(next.getByText(/above your limit/)).toBeVisible();
  const other = await openRefund(page, pounds);
  await expect(other.getByLabel('Your password')).toBeHidden();
  await expect(other.getByText('You have no refund limit in GBP, so you may not refund in it.')).toBeVisible();
  await press(other);
  await expect(other.getByRole('alert')).toContainText('Nothing was sent.');
  expect(await refundsOf(pounds)).toEqual([]);
  await page.context().close();
});

test('the same amount again is asked about, and goes out only with a yes', async ({ browser }) => {
  const page = await signedIn(browser);
  const payment = await paid(9_000, 'usd');
  const first = await openRefund(page, payment);
  await first.getByLabel('Amount to refund').fill('12.50');
  await press(first);
  await expect(first).toBeHidden();
  const dialog = await openRefund(page, payment);
  await expect(dialog.getByText('12.50 USD was refunded')).toBeHidden();
  await dialog.getByLabel('Amount to refund').fill('12.50');
  await expect(dialog.getByText(/^12\.50 USD was refunded (less than a|\d+) minutes? ago\.$/)).toBeVisible();
  await press(dialog);
  await expect(dialog.getByText('Nothing was sent. Tick it if you mean the same amount once more.')).toBeVisible();
  await expect(dialog.getByLabel('Refund the same amount once more')).toBeFocused();
  expect(await refundsOf(payment)).toEqual([1_250]);
  await expectAxe(page);
  await dialog.getByLabel('Refund the same amount once more').check();
  await press(dialog);
  await expect(dialog).toBeHidden();
  expect(await refundsOf(payment)).toEqual([1_250, 1_250]);
  await page.context().close();
});

test('a dispute blocks and is linked; an inquiry is said and can be refunded', async ({ browser }) => {
  const page = await signedIn(browser);
  const [disputed, asked] = [await paid(4_000, 'usd'), await paid(4_000, 'usd')];
  await act('dispute', { id: await chargeOf(disputed), kind: 'fraudulent' });
  await act('dispute', { id: await chargeOf(asked), kind: 'inquiry' });
  await expect(async () => {
    await page.goto(`/${harbor.slug}/test/payments/${disputed}`);
    await expect(page.getByText('it cannot be refunded while the dispute is open')).toBeVisible({ timeout: 1_000 });
  }).toPass();
  await expect(page.getByRole('button', { name: 'Refund', exact: true })).toBeHidden();
  await expect(page.getByRole('link', { name: 'See the dispute' })).toHaveAttribute('href', '#related');
  await expect(page.getByRole('region', { name: 'Related' })).toContainText('Dispute');
  await expect(async () => {
    const dialog = await openRefund(page, asked);
    await expect(dialog.getByText('The customer’s bank asks about this payment.')).toBeVisible({ timeout: 1_000 });
  }).toPass();
  const dialog = page.getByRole('dialog');
  await press(dialog);
  await expect(dialog).toBeHidden();
  await page.context().close();
});

test('settled in another currency: two grids, each in its own, and nothing subtracted across', async ({ browser }) => {
  const page = await signedIn(browser);
  const payment = await paid(32_000, 'eur');
  const dialog = await openRefund(page, payment);
  await dialog.getByLabel('Amount to refund').fill('80');
  await press(dialog);
  await expect(dialog).toBeHidden();
  const breakdown = page.getByRole('region', { name: 'Breakdown' });
  await expect(async () => {
    await page.goto(`/${harbor.slug}/test/payments/${payment}`);
    await expect(breakdown.getByText('Your balance, USD')).toBeVisible({ timeout: 1_000 });
    await expect(breakdown.getByText('Refunded')).toHaveCount(2, { timeout: 1_000 });
  }).toPass({ timeout: 40_000 });
  await expect(breakdown.getByText('Customer paid, EUR')).toBeVisible();
  await expect(breakdown.getByText(/^Rate \d\.\d+ on \d+ \w+ \d{4}$/)).toBeVisible();
  const [paidGrid, balanceGrid] = await breakdown.locator('dl').all();
  expect(await figures(paidGrid!)).toEqual(['320.00 EUR', '−80.00 EUR', '240.00 EUR']);
  const balance = await figures(balanceGrid!);
  for (const figure of balance) expect(figure).toMatch(/^−?[\d,]+\.\d\d USD$/);
  const cents = balance.map((figure) => Math.round(Number(figure.replace('−', '-').replace(/[^\d.-]/g, '')) * 100));
  expect(cents.at(-1)).toBe(cents.slice(0, -1).reduce((sum, figure) => sum + figure, 0));
  const again = await openRefund(page, payment);
  await expect(again.getByText('Your balance is in USD; Stripe converts at its rate of the day.')).toBeVisible();
  await expect(again.locator('dl')).toContainText('240.00 EUR');
  await page.context().close();
});

test('a short balance is said when it is known, and never keeps the dialog waiting', async ({ browser }) => {
  const page = await signedIn(browser);
  const payment = await paid(99_999_900, 'usd');
  let answer: () => void = () => {};
  const held = new Promise<void>((resolve) => (answer = resolve));
  await page.route('**/api/balance?*', async (route) => {
    await held;
    await route.continue();
  });
  const dialog = await openRefund(page, payment);
  await expect(dialog.getByRole('button', { name: 'Refund 999,999.00 USD' })).toBeEnabled();
  await expect(dialog.getByText('Your Stripe balance is short')).toBeHidden();
  answer();
  await expect(dialog.getByText(/^Your Stripe balance is short: [\d,.]+ USD available\./)).toBeVisible();
  await dialog.getByLabel('Amount to refund').fill('1');
  await expect(dialog.getByText('Your Stripe balance is short')).toBeHidden();
  await page.unroute('**/api/balance?*');
  await page.route('**/api/balance?*', (route) => route.abort());
  const silent = await openRefund(page, payment);
  await expect(silent.getByRole('button', { name: 'Refund 999,999.00 USD' })).toBeEnabled();
  await expect(silent.getByText('Your Stripe balance is short')).toBeHidden();
  await page.context().close();
});

/** A card payment of the demo account, made at Stripe and mirrored here by its own events. */
async function paid(amount: number, currency: string): Promise<string> {
  const { id } = await stripe(harbor.account, 'payment_intents', {
    amount: String(amount),
    currency,
    payment_method: 'pm_card_visa',
    confirm: 'true',
    return_url: 'https://example.com',
  });
  await expect(async () => expect(await rows(harbor.slug, `SELECT FROM payments WHERE id = $1 AND status = 'succeeded'`, [id])).toHaveLength(1)).toPass({
    timeout: 30_000,
  });
  return id;
}

async function chargeOf(payment: string): Promise<string> {
  const [row] = await rows<{ charge: string }>(harbor.slug, 'SELECT charge FROM payments WHERE id = $1', [payment]);
  return row?.charge ?? fail('The payment has no charge.');
}

function act(name: string, fields: Record<string, string>): Promise<unknown> {
  return control('act', { account: harbor.account, livemode: false, act: name, ...fields });
}

async function openRefund(page: Page, id: string): Promise<Locator> {
  await page.goto(`/${harbor.slug}/test/payments/${id}?refund`);
  const dialog = page.getByRole('dialog');
  await expect(dialog).toBeVisible();
  return dialog;
}

async function press(dialog: Locator): Promise<void> {
  await dialog.getByRole('button', { name: /^Refund \d/ }).click();
}

/** Amounts of the refunds that Stripe has of a payment; each was asked for here, and nothing else was. */
async function refundsOf(payment: string): Promise<number[]> {
  const { objects } = await control<{ objects: { payment_intent: string; amount: number }[] }>(`oracle?account=${harbor.account}&livemode=false&type=refund`);
  const made = objects.filter((refund) => refund.payment_intent === payment).map(({ amount }) => amount);
  expect(await rows(harbor.slug, 'SELECT FROM operation WHERE target = $1', [payment])).toHaveLength(made.length);
  return made;
}

/** Without the mark of what is not confirmed yet. */
async function figures(grid: Locator): Promise<string[]> {
  return (await grid.locator('dd').allInnerTexts()).map((text) =>
    text
      .replace(/ ?, Not yet.*/s, '')
      .replace(/\s+/g, ' ')
      .trim(),
  );
}

async function expectAxe(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
}

/** A signed-in support person with a limit. Their password is the demo owner's: only its hash is known here. */
async function supporter(browser: Browser, limit: { currency: string; each: number; day: number }): Promise<Page> {
  const email = `support-${randomUUID().slice(0, 8)}@harborweekly.example`;
  const owner = new pg.Client({ connectionString: process.env['E2E_OWNER_URL'] });
  await owner.connect();
  try {
    const { rows: made } = await owner.query<{ workspace: string; person: string }>(
      `WITH p AS (INSERT INTO person (id, email, name, password_hash, email_verified_at)
         SELECT gen_random_uuid(), $1, 'Ola Berg', password_hash, now() FROM person WHERE email = $2 RETURNING id)
       INSERT INTO membership (workspace_id, person_id, role) SELECT w.id, p.id, 'support' FROM workspace w, p WHERE w.slug = $3
       RETURNING workspace_id AS workspace, person_id AS person`,
      [email, demo.email, harbor.slug],
    );
    const { workspace, person } = made[0] ?? fail('No support person was made.');
    await owner.query(`SELECT set_config('app.workspace', $1, false)`, [workspace]);
    await owner.query('INSERT INTO refund_limit (workspace_id, person_id, currency, each, per_day) VALUES ($1, $2, $3, $4, $5)', [
      workspace,
      person,
      limit.currency,
      limit.each,
      limit.day,
    ]);
  } finally {
    await owner.end();
  }
  const page = await (await browser.newContext({ baseURL: appUrl })).newPage();
  await signIn(page, { email, password: demo.password });
  return page;
}
