// The refunds desk: what waits for a person, who may decide, what failed afterwards and is seen to; by keyboard too, and nothing jumps meanwhile.
import { randomUUID } from 'node:crypto';
import AxeBuilder from '@axe-core/playwright';
import type { Browser, Page } from '@playwright/test';
import pg from 'pg';
import { appUrl, control, demo, expect, fail, rows, signedIn, signIn, stripe, test } from './world.ts';

const paper = demo.papers[1]!;
const desk = `/${paper.slug}/test/refunds`;

test.afterEach(() => control('faults', undefined, 'DELETE'));

test('needs a decision: a viewer is told who may, an owner names what Stripe shows, and it is taken over', async ({ browser }) => {
  const { payment, operation } = await inReview();
  const made = await stripe(paper.account, 'refunds', { payment_intent: payment, amount: '1100' });
  await mirrored(made.id);

  const viewer = await member(browser, 'viewer');
  await viewer.goto(`${desk}/op_${operation}`);
  await expect(viewer.getByText('Needs a decision').first()).toBeVisible();
  await expect(viewer.getByText(/Deciding this needs the role admin or owner\. Ask .*Dana Ruiz/)).toBeVisible();
  await expect(viewer.getByRole('button', { name: /Record/ })).toBeHidden();
  await viewer.context().close();

  const page = await signedIn(browser);
  await page.goto(desk);
  const waiting = page.getByRole('region', { name: 'Needs you' });
  await expect(waiting.getByText('Needs a decision')).toBeVisible();
  await expect(page.getByRole('link', { name: /Refunds.*need/ }).first()).toBeVisible();
  await waiting.locator(`[data-row="op_${operation}"]`).getByRole('link').click();
  await page.waitForURL(`**${desk}/op_${operation}`);
  await expect(page.getByText(/23 hours without an answer/)).toBeVisible();
  await expectAxe(page);
  await page.getByRole('radio', { name: 'It was refunded', exact: false }).last().check();
  await page.getByLabel('Refund ID in Stripe').fill('re_nobody1');
  await page.getByLabel('What you saw').fill('Seen in the dashboard');
  await page.getByRole('button', { name: 'Record that it was refunded' }).click();
  await expect(page.getByRole('alert').filter({ hasText: 'Stripe shows no such refund' })).toBeVisible();
  await expect(page.getByLabel('What you saw')).toHaveValue('Seen in the dashboard');
  await page.getByRole('radio', { name: new RegExp(made.id) }).check();
  await page.getByRole('button', { name: 'Record that it was refunded' }).click();
  await page.waitForURL(`**${desk}/${made.id}`);
  await expect(page.getByText('Dana Ruiz said it was refunded')).toBeVisible();
  await expect(page.getByText('Succeeded').first()).toBeVisible();
  await page.goto(`${desk}/op_${operation}`);
  await page.waitForURL(`**${desk}/${made.id}`);
  expect(await rows(paper.slug, `SELECT FROM operation WHERE charge = (SELECT charge FROM operation WHERE id = $1)`, [operation])).toHaveLength(1);
  await page.context().close();
});

test('decided by keyboard alone that it was not: the amount is free, and the list says so', async ({ browser }) => {
  const { operation } = await inReview();
  const page = await signedIn(browser);
  await page.goto(`${desk}/op_${operation}`);
  await tabTo(page, 'It was refunded');
  await page.keyboard.press('ArrowDown');
  await expect(page.getByRole('radio', { name: /It was not/ })).toBeChecked();
  await tabTo(page, 'What you saw');
  await page.keyboard.type('Nothing there');
  await tabTo(page, 'Record that it was not');
  await page.keyboard.press('Enter');
  await expect(page.getByText('Not refunded').first()).toBeVisible();
  await expect(page.getByText(/Dana Ruiz looked in Stripe on .* and found no refund/)).toBeVisible();
  await expect(page.locator('#page-title')).toBeFocused();
  await page.goto(`${desk}?tab=failed`);
  await expect(page.locator(`[data-row="op_${operation}"]`).getByText('Not refunded')).toBeVisible();
  await page.context().close();
});

test('failed afterwards: it is told by mail, counted live without a jump, and leaves when it is done', async ({ browser }) => {
  const { payment } = await paid(2_300);
  const page = await signedIn(browser);
  await refundAll(page, payment, '12.00');
  const [{ refund }] = (await settled(payment)) as [{ refund: string }];
  await page.goto(`${desk}/${refund}`);
  await expect(page.getByText(/on its way to Visa/)).toBeVisible();
  await watchShifts(page);
  await page.reload();
  await page.waitForTimeout(1_500); // the stream is open
  const before = await page.locator('.timeline li').count();
  await control('act', { account: paper.account, livemode: false, act: 'fail-refund', id: refund });
  await expect(page.locator('#page-title').locator('xpath=..').getByText('Failed afterwards')).toBeVisible({ timeout: 20_000 });
  await expect(page.getByRole('button', { name: 'Show what changed' })).toBeVisible();
  expect(await page.locator('.timeline li').count()).toBe(before);
  expect(await shifts(page), 'while it was read').toEqual([]);
  await page.getByRole('button', { name: 'Show what changed' }).click();
  await expect(page.locator('.timeline').getByText(/is back in your balance.*Dana Ruiz was told by mail/)).toBeVisible();
  await expect(page.getByRole('button', { name: 'Show what changed' })).toBeHidden();
  await expect(async () => {
    const mails = await control<{ subject: string; text: string }[]>(`mails?to=${encodeURIComponent(demo.email)}`);
    expect(mails.filter(({ text }) => text.includes(refund))).toHaveLength(1);
  }).toPass({ timeout: 30_000 });
  await expectAxe(page);
  await expect(page.getByRole('link', { name: 'Refund again' })).toHaveAttribute('href', new RegExp(`payments/${payment}\\?refund$`));

  await page.goto(desk);
  await expect(page.getByRole('region', { name: 'Needs you' }).locator(`[data-row="${refund}"]`)).toBeVisible();
  await page.goto(`${desk}/${refund}`);
  await page.getByLabel('Note, if you settled it another way').fill('Paid in cash');
  await page.getByRole('button', { name: 'Done' }).click();
  await expect(page.getByText('Dana Ruiz marked it as done')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Done' })).toBeHidden();
  await page.goto(desk);
  await expect(page.locator(`#needs-you [data-row="${refund}"]`)).toHaveCount(0);
  await page.context().close();
});

test('a held one is withdrawn before anything was sent', async ({ browser }) => {
  const { payment } = await paid(4_100);
  const page = await signedIn(browser);
  await doubt(true);
  try {
    await refundAll(page, payment, '41.00', false);
    const operation = await operationOf(payment);
    await page.goto(`${desk}/op_${operation}`);
    await expect(page.getByText('On hold').first()).toBeVisible();
    await expect(page.getByText(/^Waiting: access to Stripe is being checked/).first()).toBeVisible();
    await page.getByRole('button', { name: 'Withdraw refund of 41.00 USD' }).click();
    await expect(page.getByText(/Withdrawn by Dana Ruiz on .*, before anything was sent/)).toBeVisible();
    expect(await refundsAt(payment)).toBe(0);
  } finally {
    await doubt(false);
  }
  await page.context().close();
});

test('one that waits for its customer is canceled', async ({ browser }) => {
  const { payment } = await paid(5_200);
  const made = await stripe(paper.account, 'refunds', { payment_intent: payment, amount: '5200' });
  await mirrored(made.id);
  await control('act', { account: paper.account, livemode: false, act: 'require-refund-action', id: made.id });
  await expect(async () =>
    expect(await rows(paper.slug, `SELECT status FROM refunds WHERE id = $1`, [made.id])).toEqual([{ status: 'requires_action' }]),
  ).toPass({ timeout: 30_000 });
  const page = await signedIn(browser);
  await page.goto(`${desk}/${made.id}`);
  await expect(page.getByText('Needs action').first()).toBeVisible();
  await page.getByRole('button', { name: 'Cancel refund of 52.00 USD' }).click();
  await expect(page.locator('#page-title').locator('xpath=..').getByText('Canceled')).toBeVisible({ timeout: 20_000 });
  await expect(page.getByText('Dana Ruiz asked Stripe to cancel it')).toBeVisible();
  await page.context().close();
});

test('a new refund waits behind "1 new" and the row on the list keeps its place when it becomes Stripe’s', async ({ browser }) => {
  const { payment } = await paid(6_300);
  const page = await signedIn(browser);
  await watchShifts(page);
  await page.goto(desk);
  await page.waitForTimeout(1_500);
  const made = await stripe(paper.account, 'refunds', { payment_intent: payment, amount: '100' });
  const waiting = page.getByRole('button', { name: /Show \d+ new row/ });
  await expect(waiting).toBeVisible({ timeout: 20_000 });
  expect(await shifts(page)).toEqual([]);
  await waiting.click();
  await expect(page.locator(`[data-row="${made.id}"]`)).toBeVisible();
  await page.context().close();
});

test('paging, sorting and filtering stand in the address, and Back leads back', async ({ browser }) => {
  const page = await signedIn(browser);
  await page.goto(`${desk}?size=25`);
  await page.getByRole('link', { name: 'Amount' }).click();
  await page.waitForURL('**sort=-amount**');
  await page.getByRole('link', { name: /^Failed/ }).click();
  await page.waitForURL('**tab=failed**');
  await page.goBack();
  await page.waitForURL((url) => !url.search.includes('tab=failed'));
  await expect(page.getByRole('link', { name: /^All/ })).toHaveAttribute('aria-current', 'page');
  await page.goto(`${desk}?status=nonsense`);
  await expect(page.getByText('This address cannot be read')).toBeVisible();
  await page.context().close();
});

for (const theme of ['light', 'dark'] as const)
  for (const width of [1440, 360])
    test(`axe finds nothing on the list and on each kind of page, ${theme}, ${width} px`, async ({ browser }) => {
      const page = await signedIn(browser, { colorScheme: theme, viewport: { width, height: 900 } });
      const some = await rows<{ id: string }>(paper.slug, `SELECT DISTINCT ON (status) id FROM refunds ORDER BY status, created DESC`);
      const asked = await rows<{ id: string }>(
        paper.slug,
        `SELECT DISTINCT ON (state) 'op_' || id AS id FROM operation WHERE stripe_id IS NULL AND kind = 'refund_payment' ORDER BY state`,
      );
      expect(asked.length).toBeGreaterThan(0);
      for (const path of ['', '?tab=failed', '?tab=needs_action', ...[...some, ...asked].map(({ id }) => `/${id}`)]) {
        await page.goto(`${desk}${path}`);
        await expectAxe(page);
      }
      await page.context().close();
    });

async function paid(amount: number): Promise<{ payment: string }> {
  const { id } = await stripe(paper.account, 'payment_intents', {
    amount: String(amount),
    currency: 'usd',
    payment_method: 'pm_card_visa',
    confirm: 'true',
    return_url: 'https://example.com',
  });
  await expect(async () => expect(await rows(paper.slug, `SELECT FROM payments WHERE id = $1 AND status = 'succeeded'`, [id])).toHaveLength(1)).toPass({
    timeout: 30_000,
  });
  return { payment: id };
}

async function refundAll(page: Page, payment: string, amount: string, sent = true): Promise<void> {
  await page.goto(`/${paper.slug}/test/payments/${payment}?refund`);
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Amount to refund').fill(amount);
  await dialog.getByRole('button', { name: /^Refund \d/ }).click();
  if (sent) await expect(dialog).toBeHidden();
  else await expect(dialog.getByText(/Stored, not sent/)).toBeVisible();
}

/** A refund whose try was cut off before Stripe took it, a day ago: nothing finds it, so a person must. */
async function inReview(): Promise<{ payment: string; operation: string }> {
  const { payment } = await paid(1_100);
  await control('faults', { kind: 'reset_before', times: 40, match: 'POST /v1/refunds' });
  const id = randomUUID();
  await owner(
    `WITH c AS (SELECT workspace_id, account, livemode, id, amount FROM charges WHERE payment_intent = $2),
       o AS (INSERT INTO operation (id, workspace_id, account, livemode, generation, kind, target, charge, params, params_hash, client_token, state, amount, currency, actor, first_sent_at, attempts, created_at)
         SELECT $1::uuid, workspace_id, account, livemode, 1, 'refund_payment', $2, id, jsonb_build_object('charge', id, 'amount', amount::text, 'reason', NULL, 'metadata', '{}'::jsonb), 'x', $1::uuid::text, 'unknown', amount, 'usd',
           '{"kind":"person","id":"00000000-0000-4000-8000-000000000000","name":"Ola Berg","role":"support"}', now() - interval '24 hours', 1, now() - interval '24 hours' FROM c)
     INSERT INTO work (workspace_id, account, livemode, kind, type, id, dirty_seq, dirty_since) SELECT workspace_id, account, livemode, 'op', 'refund_payment', $1::uuid::text, 1, now() FROM c`,
    [id, payment],
  );
  await expect(async () => expect(await rows(paper.slug, `SELECT state FROM operation WHERE id = $1`, [id])).toEqual([{ state: 'needs_review' }])).toPass({
    timeout: 60_000,
  });
  await control('faults', undefined, 'DELETE');
  return { payment, operation: id };
}

async function settled(payment: string): Promise<{ refund: string }[]> {
  let found: { refund: string }[] = [];
  await expect(async () => {
    found = await rows<{ refund: string }>(paper.slug, `SELECT stripe_id AS refund FROM operation WHERE target = $1 AND stripe_id IS NOT NULL`, [payment]);
    expect(found).toHaveLength(1);
    expect(await rows(paper.slug, `SELECT FROM refunds WHERE id = $1`, [found[0]!.refund])).toHaveLength(1);
  }).toPass({ timeout: 30_000 });
  return found;
}

async function mirrored(refund: string): Promise<void> {
  await expect(async () => expect(await rows(paper.slug, `SELECT FROM refunds WHERE id = $1`, [refund])).toHaveLength(1)).toPass({ timeout: 30_000 });
}

async function operationOf(payment: string): Promise<string> {
  const [row] = await rows<{ id: string }>(paper.slug, `SELECT id FROM operation WHERE target = $1`, [payment]);
  return row?.id ?? fail('Nothing was asked for.');
}

async function refundsAt(payment: string): Promise<number> {
  const { objects } = await control<{ objects: { payment_intent: string }[] }>(`oracle?account=${paper.account}&livemode=false&type=refund`);
  return objects.filter((refund) => refund.payment_intent === payment).length;
}

async function member(browser: Browser, role: 'viewer' | 'support'): Promise<Page> {
  const email = `${role}-${randomUUID().slice(0, 8)}@fjordreview.example`;
  await owner(
    `WITH p AS (INSERT INTO person (id, email, name, password_hash, email_verified_at) SELECT gen_random_uuid(), $1, 'Vera View', password_hash, now() FROM person WHERE email = $2 RETURNING id)
     INSERT INTO membership (workspace_id, person_id, role) SELECT w.id, p.id, $4 FROM workspace w, p WHERE w.slug = $3`,
    [email, demo.email, paper.slug, role],
  );
  const page = await (await browser.newContext({ baseURL: appUrl })).newPage();
  await signIn(page, { email, password: demo.password });
  return page;
}

/** With its connection, and probed just now: a worker lifts a pause that nothing stands behind. */
async function doubt(on: boolean): Promise<void> {
  await owner(`UPDATE connection SET state = $2, probed_at = clock_timestamp(), probes = 1 WHERE account = $1 AND ended_at IS NULL`, [
    paper.account,
    on ? 'suspended' : 'live',
  ]);
  await owner(`UPDATE account_route SET paused = $2 WHERE account = $1`, [paper.account, on]);
}

async function owner(sql: string, params: readonly unknown[]): Promise<void> {
  const client = new pg.Client({ connectionString: process.env['E2E_OWNER_URL'] });
  await client.connect();
  try {
    await client.query(`SELECT set_config('app.workspace', (SELECT id::text FROM workspace WHERE slug = $1), false)`, [paper.slug]);
    await client.query(sql, [...params]);
  } finally {
    await client.end();
  }
}

async function expectAxe(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']).analyze();
  expect(
    violations.map((each) => `${each.id}: ${each.nodes.map((node) => node.html.slice(0, 160)).join(' | ')}`),
    page.url(),
  ).toEqual([]);
  expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth), `${page.url()} scrolls sideways`).toBe(0);
}

async function watchShifts(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const seen: { value: number; sources: string[] }[] = [];
    Object.assign(window, { shifts: seen });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as (PerformanceEntry & { value: number; hadRecentInput: boolean; sources: { node: Node | null }[] })[]) {
        if (!entry.hadRecentInput)
          seen.push({ value: entry.value, sources: entry.sources.map(({ node }) => (node instanceof Element ? node.outerHTML.slice(0, 120) : String(node))) });
      }
    }).observe({ type: 'layout-shift', buffered: true });
  });
}

const shifts = (page: Page) => page.evaluate(() => (window as unknown as { shifts: unknown[] }).shifts);

/** Tab until the control of that name has the focus; its outline must be there to be seen. */
async function tabTo(page: Page, name: string): Promise<void> {
  for (let tries = 0; tries < 60; tries += 1) {
    await page.keyboard.press('Tab');
    const seen = await page.evaluate(() => {
      const at = document.activeElement;
      if (!(at instanceof HTMLElement)) return null;
      const labels = 'labels' in at ? [...((at as HTMLInputElement).labels ?? [])].map((label) => label.textContent).join(' ') : '';
      const { outlineStyle, outlineWidth } = getComputedStyle(at);
      const box = at.getBoundingClientRect();
      return {
        text: (labels || at.getAttribute('aria-label') || at.textContent || '').trim(),
        outline: outlineStyle !== 'none' && outlineWidth !== '0px',
        visible: box.width > 0 && box.bottom > 0 && box.top < innerHeight,
      };
    });
    if (!seen?.text.startsWith(name)) continue;
    expect(seen.outline, `${name} shows its focus`).toBe(true);
    expect(seen.visible, `${name} is in view`).toBe(true);
    return;
  }
  fail(`Tab never reached ${name}.`);
}
