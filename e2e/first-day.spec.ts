// The first day of a newcomer: sign-up to a refund whose event comes back, in a window of Stripe's and in the same tab.
import { consent, control, expect, newAccount, newcomer, rows, test } from './world.ts';

test('sign up, connect in a window, see history, refund half, and Stripe’s event changes the page', async ({ page }) => {
  const { account, email, payments } = await newAccount([
    { amount: 32000, currency: 'eur', card: 'pm_card_pendingRefund' },
    { amount: 1890, currency: 'jpy' },
  ]);
  const { slug } = await newcomer(page, 'Harbor <script>alert(1)</script> Weekly');
  await expect(page.getByText('Stripe is not connected. Nothing is mirrored yet.').first()).toBeVisible();

  const dialog = page.getByRole('dialog', { name: 'Connect Stripe to see your data' });
  await expect(dialog).toBeVisible();
  const popup = page.waitForEvent('popup');
  await dialog.getByRole('button', { name: /Connect with Stripe/ }).click();
  const stripe = await popup;
  await consent(stripe, email, 'Approve sandbox access');
  await page.waitForURL('**/settings/connection/confirm**');
  await expect(page.getByRole('heading', { name: 'Is this the right account?' })).toBeVisible();
  await expect(page.getByText(account)).toBeVisible();
  expect(await rows(slug, 'SELECT id FROM customers')).toEqual([]); // nothing is mirrored before the yes
  await page.getByRole('button', { name: 'Yes, start' }).click();
  await page.waitForURL(`**/${slug}/test/payments`);
  await expect(page.getByRole('link', { name: /320\.00/ })).toBeVisible({ timeout: 30_000 });
  await expect(page.getByText('1,890').first()).toBeVisible();
  await page
    .getByRole('link', { name: /320\.00/ })
    .first()
    .click();
  await page.waitForURL(`**/payments/${payments[0]}`);

  await page.getByRole('button', { name: 'Refund', exact: true }).click();
  const refund = page.getByRole('dialog', { name: 'Refund 320.00 EUR payment' });
  await refund.getByRole('button', { name: 'Half, 160.00' }).click();
  await refund.getByRole('button', { name: 'Refund 160.00 EUR' }).click();
  await expect(refund).toBeHidden();
  await expect(page.getByText('Partly refunded').first()).toBeVisible();
  const timeline = page.getByRole('list', { name: 'Timeline' });
  await expect(timeline.getByText('Pending at Stripe')).toBeVisible();
  // Stripe settles it and says so by webhook; the page follows without a reload.
  const [pending] = await rows<{ id: string }>(slug, `SELECT id FROM refunds WHERE status = 'pending'`);
  await page.evaluate(() => Object.assign(window, { sameDocument: true }));
  await control('act', { account, livemode: false, act: 'settle-refund', id: pending!.id });
  await expect(timeline.getByText('Pending at Stripe')).toBeHidden({ timeout: 10_000 });
  await expect(timeline.getByText('Succeeded', { exact: true })).toBeVisible();
  expect(await page.evaluate(() => 'sameDocument' in window)).toBe(true);
  // The mirror says which event it followed.
  await expect(page.getByText(/event evt_/).first()).toBeVisible();
  const events = await rows<{ type: string; state: string; deliveries: number }>(
    slug,
    `SELECT type, state, deliveries FROM inbox WHERE object_id = $1 AND type = 'refund.updated'`,
    [pending!.id],
  );
  expect(events.length).toBeGreaterThan(0);
  for (const event of events) expect(event).toMatchObject({ state: 'done' });
  await expect(async () => {
    expect(await rows(slug, `SELECT state FROM operation WHERE state = 'succeeded'`)).toHaveLength(1);
  }).toPass({ timeout: 15_000 });
  const [operation] = await rows<{ state: string; request_id: string; stripe_id: string }>(slug, 'SELECT state, request_id, stripe_id FROM operation');
  expect(operation).toMatchObject({ state: 'succeeded', request_id: expect.stringMatching(/^req_/), stripe_id: expect.stringMatching(/^re_/) });
  const acts = await rows<{ act: string; request: string | null }>(
    slug,
    `SELECT body ->> 'act' AS act, body ->> 'request' AS request FROM audit_entry ORDER BY seq`,
  );
  expect(acts.map(({ act }) => act)).toEqual(expect.arrayContaining(['refund.asked']));
  expect(acts.some(({ request }) => request === operation!.request_id)).toBe(true);
});

test('where windows are blocked the same tab goes to Stripe and back; a denial changes nothing', async ({ page }) => {
  const { email } = await newAccount([{ amount: 4900, currency: 'usd' }]);
  await page.addInitScript(() => {
    window.open = () => null;
  });
  const { slug } = await newcomer(page, 'Second Paper');
  await page.goto(`/${slug}/test/settings/connection`);
  await page
    .getByRole('main')
    .getByRole('button', { name: /Connect with Stripe/ })
    .click();
  await page.waitForURL('**/oauth/authorize**');
  await consent(page, email, 'Deny');
  await page.waitForURL(`**/${slug}/test/settings/connection**`);
  await expect(page.getByText('You did not approve access. Nothing changed.')).toBeVisible();
  expect(await rows(slug, 'SELECT account FROM connection')).toEqual([]);

  await page.getByRole('button', { name: 'Try again' }).click();
  await page.waitForURL('**/oauth/authorize**');
  await consent(page, email, 'Approve sandbox access');
  await page.waitForURL('**/settings/connection/confirm**');
  await page.getByRole('button', { name: 'Yes, start' }).click();
  await expect(async () => {
    expect(await rows(slug, `SELECT state FROM connection WHERE state = 'live'`)).toHaveLength(1);
  }).toPass({ timeout: 30_000 });
  await page.goto(`/${slug}/test/payments`);
  await expect(page.getByRole('link', { name: /49\.00/ })).toBeVisible();
});
