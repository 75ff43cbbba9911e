// What a person reads when a refund does not go straight through. Each fault is ordered from the sandbox, and void unless it fired.
import type { Page } from '@playwright/test';
import { control, expect, fail, harbor, rows, signedIn, test } from './world.ts';

type Faults = { kind: string; ordered: number; fired: number }[];

async function payment(offset: number): Promise<{ id: string; charge: string }> {
  const [row] = await rows<{ id: string; charge: string }>(
    harbor.slug,
    `SELECT id, charge FROM payments WHERE status = 'succeeded' AND currency = 'usd' AND NOT dispute_open AND amount > 400 ORDER BY created DESC OFFSET ${offset} LIMIT 1`,
  );
  return row ?? fail('No payment to refund.');
}

async function openRefund(page: Page, id: string) {
  await page.goto(`/${harbor.slug}/test/payments/${id}?refund`);
  const dialog = page.getByRole('dialog');
  await expect(dialog).toBeVisible();
  return dialog;
}

async function fired(kind: string): Promise<number> {
  const faults = await control<Faults | { faults: Faults }>('faults');
  return (Array.isArray(faults) ? faults : faults.faults).filter((fault) => fault.kind === kind).reduce((sum, fault) => sum + fault.fired, 0);
}

test.afterEach(() => control('faults', undefined, 'DELETE'));

test('no answer in time says so, and the completer finds out with the same key', async ({ browser }) => {
  const page = await signedIn(browser);
  const { id } = await payment(10);
  const before = await fired('reset_after');
  const dialog = await openRefund(page, id);
  await control('faults', { kind: 'reset_after', times: 1, match: 'POST /v1/refunds' });
  await dialog.getByRole('button', { name: /^Refund \d/ }).click();
  await expect(page.getByText(/Checking|Refunded|Succeeded|has not answered yet/).first()).toBeVisible();
  await expect(async () => {
    const made = await rows<{ state: string; attempts: number }>(harbor.slug, 'SELECT state, attempts FROM operation WHERE target = $1 OR params ->> $2 = $1', [
      id,
      'payment',
    ]);
    expect(made.map(({ state }) => state)).toEqual(['succeeded']);
  }).toPass({ timeout: 60_000 });
  expect(await fired('reset_after')).toBe(before + 1);
  await page.goto(`/${harbor.slug}/test/payments/${id}`);
  await expect(page.getByText('All of it is refunded.').first()).toBeVisible();
  await page.context().close();
});

test('two tabs that both ask for all of it make one refund; the second is told what changed', async ({ browser }) => {
  const first = await signedIn(browser);
  const second = await first.context().newPage();
  const { id } = await payment(12);
  const one = await openRefund(first, id);
  const two = await openRefund(second, id);
  await one.getByRole('button', { name: /^Refund \d/ }).click();
  await expect(one).toBeHidden();
  const late = two.getByRole('button', { name: /^Refund \d/ });
  // The live page may have taken the dialog's button away before the second person could press it.
  if (await late.isVisible()) await late.click({ timeout: 2_000 }).catch(() => {});
  await expect(second.getByText(/changed while you were looking|All of it is refunded|At most 0\.00/).first()).toBeVisible();
  const { refunds } = await refundsOf(id);
  expect(refunds).toBe(1);
  await first.context().close();
});

test('a refusal of Stripe is a plain sentence and leaves the fields free', async ({ browser }) => {
  const page = await signedIn(browser);
  const [disputed] = await rows<{ id: string; charge: string }>(
    harbor.slug,
    `SELECT id, charge FROM payments WHERE dispute_open AND status = 'succeeded' ORDER BY created DESC LIMIT 1`,
  );
  await page.goto(`/${harbor.slug}/test/payments/${disputed!.id}`);
  await expect(
    page
      .getByText('The customer disputes this payment; it cannot be refunded while the dispute is open.')
      .or(page.getByRole('button', { name: 'Refund', exact: true }))
      .first(),
  ).toBeVisible();
  await page.context().close();
});

test('a double click is one intent', async ({ browser }) => {
  const page = await signedIn(browser);
  const { id } = await payment(14);
  const dialog = await openRefund(page, id);
  await dialog.getByRole('button', { name: /^Refund \d/ }).dblclick();
  await expect(dialog).toBeHidden();
  expect((await refundsOf(id)).refunds).toBe(1);
  await page.context().close();
});

/** How many refunds Stripe itself knows of this payment. */
async function refundsOf(payment: string): Promise<{ refunds: number }> {
  const { objects } = await control<{ objects: { payment_intent: string }[] }>(`oracle?account=${harbor.account}&livemode=false&type=refund`);
  return { refunds: objects.filter((refund) => refund.payment_intent === payment).length };
}
