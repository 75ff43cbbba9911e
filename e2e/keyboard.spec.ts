// Connect and refund without a pointer: focus is visible at each step, and is given back where it came from.
import type { Page } from '@playwright/test';
import { consent, expect, fail, newAccount, newcomer, rows, test } from './world.ts';

test('connect and refund by keyboard alone', async ({ page }) => {
  const { email, payments } = await newAccount([{ amount: 24000, currency: 'usd' }]);
  const { slug } = await newcomer(page, 'Keyboard Paper');
  const dialog = page.getByRole('dialog');
  await expect(dialog).toBeVisible();
  const popup = page.waitForEvent('popup');
  await tabTo(page, 'Connect with Stripe');
  await page.keyboard.press('Enter');
  await consent(await popup, email, 'Approve sandbox access');
  await page.waitForURL('**/settings/connection/confirm**');
  await tabTo(page, 'Yes, start');
  await page.keyboard.press('Enter');
  await page.waitForURL(`**/${slug}/test/payments`);
  await expect(async () => {
    expect(await rows(slug, `SELECT id FROM payments WHERE status = 'succeeded'`)).toHaveLength(1);
  }).toPass({ timeout: 30_000 });

  await page.goto(`/${slug}/test/payments/${payments[0]}`);
  await tabTo(page, 'Refund');
  await page.keyboard.press('Enter');
  const refund = page.getByRole('dialog', { name: 'Refund 240.00 USD payment' });
  await expect(refund.getByLabel('Amount to refund')).toBeFocused();
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.type('240.001');
  await tabTo(page, 'Refund');
  await page.keyboard.press('Enter');
  await expect(refund.getByText('USD has 2 decimals.')).toBeVisible();
  await expect(refund.getByLabel('Amount to refund')).toBeFocused();
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.type('80.00');
  await page.keyboard.press('Enter'); // Enter in a field does not send money
  await expect(refund).toBeVisible();
  expect(await rows(slug, 'SELECT id FROM operation')).toEqual([]);
  await tabTo(page, 'Refund 80.00 USD');
  await page.keyboard.press('Enter');
  await expect(refund).toBeHidden();
  await expect(page.getByRole('button', { name: 'Refund', exact: true })).toBeFocused();
  await expect(page.getByText('Partly refunded').first()).toBeVisible();

  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toBeHidden();
  await expect(page.getByRole('button', { name: 'Refund', exact: true })).toBeFocused();
});

/** Tab until the control of that name has the focus; its outline must be there to be seen. */
async function tabTo(page: Page, name: string): Promise<void> {
  for (let tries = 0; tries < 60; tries += 1) {
    await page.keyboard.press('Tab');
    const seen = await page.evaluate(() => {
      const at = document.activeElement;
      if (!(at instanceof HTMLElement)) return null;
      const { outlineStyle, outlineWidth } = getComputedStyle(at);
      const box = at.getBoundingClientRect();
      return {
        text: (at.getAttribute('aria-label') ?? at.textContent ?? '').trim(),
        outline: outlineStyle !== 'none' && outlineWidth !== '0px',
        visible: box.width > 0 && box.bottom > 0 && box.top < innerHeight,
      };
    });
    // “Refunds” in the rail is not “Refund”.
    if (!seen?.text.startsWith(name) || seen.text === `${name}s`) continue;
    expect(seen.outline, `${name} shows its focus`).toBe(true);
    expect(seen.visible, `${name} is in view`).toBe(true);
    return;
  }
  fail(`Tab never reached ${name}.`);
}
