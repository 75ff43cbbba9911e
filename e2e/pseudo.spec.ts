// The app in its pseudo-locale: longer words, from right to left. Nothing scrolls sideways, and no copy stands outside the message files.
import type { Page } from '@playwright/test';
import { expect, harbor, pseudoUrl, rows, signInAt, test } from './world.ts';

for (const width of [1440, 320]) {
  test(`pages hold in longer words from the right, ${width} px`, async ({ browser }) => {
    const page = await (await browser.newContext({ baseURL: pseudoUrl, viewport: { width, height: 900 } })).newPage();
    await signInAt(page);
    const [payment] = await rows<{ id: string; customer: string; invoice: string }>(
      harbor.slug,
      `SELECT id, customer, invoice FROM payments WHERE status = 'partly_refunded' AND customer IS NOT NULL AND invoice IS NOT NULL LIMIT 1`,
    );
    const base = `/${harbor.slug}/test`;
    for (const path of [
      '/login',
      '/sign-up',
      '/welcome',
      '/workspaces',
      '/no/such/page',
      `${base}/payments`,
      `${base}/payments/${payment!.id}`,
      `${base}/payments/${payment!.id}?refund`,
      `${base}/customers`,
      `${base}/customers/${payment!.customer}`,
      `${base}/invoices/${payment!.invoice}`,
      `${base}/settings`,
      `${base}/settings/connection`,
      `${base}/settings/refunds?edit=support`,
    ]) {
      await page.goto(path);
      if (path.endsWith('?refund')) await expect(page.getByRole('dialog')).toBeVisible();
      expect(await page.evaluate(() => [document.documentElement.dir, document.documentElement.lang]), path).toEqual(['rtl', 'en-XA']);
      expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth), `${path} scrolls sideways`).toBe(0);
      const { plain, seen } = await wordsOf(page);
      expect(plain, path).toEqual([]);
      expect(seen, `${path} has copy to look at`).toBeGreaterThan(0);
    }
    await page.context().close();
  });
}

/** Words of labels, heads and buttons that the pseudo-locale did not touch. What names data (ids, names, amounts, codes) is marked by its element and left out. */
async function wordsOf(page: Page): Promise<{ plain: string[]; seen: number }> {
  return page.evaluate(() => {
    const copy =
      'h2, th, label, legend, dt, main button, footer button, .rail-label, .rail-heading, .bottom-link span, .tab, .chip, .problem p, .public-card p';
    const texts = [...document.querySelectorAll<HTMLElement>(copy)]
      .filter((element) => element.getClientRects().length > 0 && !element.closest('.id, time, code, pre'))
      .map((element) => ({
        name: `${element.tagName.toLowerCase()}: ${element.textContent?.trim().slice(0, 60)}`,
        own: [...element.childNodes]
          .filter((node) => node.nodeType === Node.TEXT_NODE)
          .map((node) => node.textContent)
          .join(' '),
      }))
      // Currency codes and figures are data wherever they stand.
      .filter(({ own }) => /\p{L}{3,}/u.test(own.replace(/\b[A-Z]{3}\b/g, ' ')));
    const plain = texts.filter(({ own }) => !/[áƀçðéƒĝĥîķļɱñöþǫŕšţûṽŵẋýž·]/u.test(own)).map(({ name }) => name);
    return { plain, seen: texts.length };
  });
}
