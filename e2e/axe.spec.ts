// Every page of the build's own manifest, with data, in both themes, wide and narrow: axe finds nothing, nothing scrolls sideways.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect, fail, harbor, newcomer, rows, signedIn, test } from './world.ts';

const manifest = JSON.parse(
  readFileSync(join(import.meta.dirname, '..', process.env['E2E_DIST_DIR'] ?? '.next', 'server/app-paths-manifest.json'), 'utf8'),
) as Record<string, string>;

/** Address of each page of the manifest. A new page fails the test below until it is named here. */
const addresses: Readonly<Record<string, () => Promise<string> | string>> = {
  '/(public)/page': () => '/',
  '/(public)/login/page': () => '/login',
  '/(public)/sign-up/page': () => '/sign-up',
  '/(public)/verify/[token]/page': () => '/verify/no-such-link',
  '/_not-found/page': () => '/no/such/page',
  '/welcome/page': () => '/welcome',
  '/workspaces/page': () => '/workspaces',
  '/connect/return/page': () => '/connect/return',
  '/(merchant)/[workspace]/page': () => `/${harbor.slug}`,
  '/(merchant)/[workspace]/[mode]/page': () => `/${harbor.slug}/test`,
  '/(merchant)/[workspace]/[mode]/payments/page': () => `/${harbor.slug}/test/payments`,
  '/(merchant)/[workspace]/[mode]/payments/[id]/page': async () =>
    `/${harbor.slug}/test/payments/${await idOf(`SELECT id FROM payments WHERE status = 'partly_refunded' LIMIT 1`)}`,
  '/(merchant)/[workspace]/[mode]/customers/page': () => `/${harbor.slug}/test/customers`,
  '/(merchant)/[workspace]/[mode]/customers/[id]/page': async () =>
    `/${harbor.slug}/test/customers/${await idOf('SELECT customer AS id FROM payments WHERE customer IS NOT NULL GROUP BY 1 ORDER BY count(*) DESC LIMIT 1')}`,
  '/(merchant)/[workspace]/[mode]/refunds/page': () => `/${harbor.slug}/test/refunds`,
  '/(merchant)/[workspace]/[mode]/refunds/[id]/page': async () =>
    `/${harbor.slug}/test/refunds/${await idOf(`SELECT id FROM refunds ORDER BY (status = 'failed') DESC, created DESC LIMIT 1`)}`,
  '/(merchant)/[workspace]/[mode]/invoices/[id]/page': async () =>
    `/${harbor.slug}/test/invoices/${await idOf(`SELECT invoice AS id FROM invoice_payments WHERE status = 'paid' AND payment_intent IS NOT NULL ORDER BY created DESC LIMIT 1`)}`,
  '/(merchant)/[workspace]/[mode]/settings/page': () => `/${harbor.slug}/test/settings`,
  '/(merchant)/[workspace]/[mode]/settings/audit/page': () => `/${harbor.slug}/test/settings/audit`,
  '/(merchant)/[workspace]/[mode]/settings/refunds/page': () => `/${harbor.slug}/test/settings/refunds?edit=support`,
  '/(merchant)/[workspace]/[mode]/settings/connection/page': () => `/${harbor.slug}/test/settings/connection`,
  '/(merchant)/[workspace]/[mode]/settings/connection/confirm/page': () => `/${harbor.slug}/test/settings/connection/confirm`,
};
/** Drawn only when everything else has failed. */
const apart = new Set(['/_global-error/page']);

test('every page of the build is named here', () => {
  const pages = Object.keys(manifest).filter((path) => path.endsWith('/page') && !apart.has(path));
  expect(Object.keys(addresses).sort()).toEqual(pages.sort());
});

for (const theme of ['light', 'dark'] as const) {
  for (const width of [1440, 360]) {
    test(`axe finds nothing, ${theme}, ${width} px`, async ({ browser }) => {
      test.setTimeout(240_000);
      const page = await signedIn(browser, { colorScheme: theme, viewport: { width, height: 900 } });
      for (const address of Object.values(addresses)) await look(page, await address());
      await page.goto(`${await addresses['/(merchant)/[workspace]/[mode]/payments/[id]/page']!()}?refund`);
      await expect(page.getByRole('dialog')).toBeVisible();
      await look(page, null);
      await page.goto(`/${harbor.slug}/test/payments`);
      await page.getByRole('button', { name: /Account menu/ }).click();
      await look(page, null);
      await page.context().close();
    });
  }
}

test('nothing scrolls sideways at 768 and at 320 px', async ({ browser }) => {
  const page = await signedIn(browser, { viewport: { width: 768, height: 900 } });
  for (const width of [768, 320]) {
    await page.setViewportSize({ width, height: 900 });
    for (const address of Object.values(addresses)) {
      await page.goto(await address());
      await expectNoSideways(page);
    }
  }
  await page.context().close();
});

test('an empty, unconnected workspace passes too', async ({ page }) => {
  const { slug } = await newcomer(page, 'Empty Paper');
  await expect(page.getByRole('dialog')).toBeVisible();
  await look(page, null);
  for (const path of ['payments', 'customers', 'settings/connection']) await look(page, `/${slug}/test/${path}`);
});

async function look(page: Page, address: string | null): Promise<void> {
  if (address !== null) await page.goto(address);
  await page.waitForLoadState('load');
  const { violations } = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']).analyze();
  expect(
    violations.map((each) => `${each.id}: ${each.nodes.map((node) => node.html.slice(0, 160)).join(' | ')}`),
    address ?? page.url(),
  ).toEqual([]);
  await expectNoSideways(page);
}

async function expectNoSideways(page: Page): Promise<void> {
  const sideways = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect(sideways, `${page.url()} scrolls sideways`).toBe(0);
}

async function idOf(sql: string): Promise<string> {
  const [row] = await rows<{ id: string }>(harbor.slug, sql);
  return row?.id ?? fail(`No row for ${sql}`);
}
