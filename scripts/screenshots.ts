// npm run screenshots: the pictures of the README and more, from the running world (npm start) and its demo, into docs/.
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { chromium, type Page } from '@playwright/test';
import pg from 'pg';
import './load-env.ts';

type Demo = { email: string; password: string; papers: { slug: string }[] };

const root = join(import.meta.dirname, '..');
const folder = join(root, 'docs');
const { APP_URL, DATA_DIR, DATABASE_OWNER_URL } = process.env;
const demoFile = join(resolve(root, DATA_DIR ?? '.data'), 'demo.json');
if (!APP_URL || !DATABASE_OWNER_URL || !existsSync(demoFile)) {
  process.stderr.write('No demo is running: start it with npm start, then take the pictures in a second terminal.\n');
  process.exit(1);
}
const demo = JSON.parse(readFileSync(demoFile, 'utf8')) as Demo; // written by scripts/world/demo.ts
const { slug } = demo.papers[0]!;
const payment = await paymentToShow(DATABASE_OWNER_URL, slug);
const base = `/${slug}/test`;
const pictures: Readonly<Record<string, string>> = {
  payments: `${base}/payments`,
  payment: `${base}/payments/${payment.id}`,
  refund: `${base}/payments/${payment.id}?refund`,
  customers: `${base}/customers`,
  customer: `${base}/customers/${payment.customer}`,
  connection: `${base}/settings/connection`,
};

mkdirSync(folder, { recursive: true });
const browser = await chromium.launch({ ...(existsSync('/usr/bin/chromium') ? { executablePath: '/usr/bin/chromium' } : {}), args: ['--no-sandbox'] });
for (const theme of ['light', 'dark'] as const) {
  for (const width of [1440, 360]) {
    const page = await (
      await browser.newContext({ baseURL: APP_URL, colorScheme: theme, viewport: { width, height: width === 360 ? 780 : 900 }, locale: 'en-GB' })
    ).newPage();
    await signIn(page);
    for (const [name, path] of Object.entries(pictures)) {
      await page.goto(path, { waitUntil: 'load' });
      if (path.endsWith('?refund')) await page.getByRole('dialog').waitFor();
      await page.waitForTimeout(400); // fonts and the dialog's 160 ms
      await page.screenshot({ path: join(folder, `${name}-${width}-${theme}.png`) });
    }
    await page.context().close();
  }
}
await browser.close();
process.stdout.write(`${Object.keys(pictures).length * 4} pictures in docs/\n`);

async function signIn(page: Page): Promise<void> {
  await page.goto('/login');
  await page.getByLabel('E-mail').fill(demo.email);
  await page.getByLabel('Password').fill(demo.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL((url) => url.pathname !== '/login');
}

/** A partly refunded payment of a reader with a history, the same at each run of one world. */
async function paymentToShow(url: string, workspace: string): Promise<{ id: string; customer: string }> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(`SELECT set_config('app.workspace', (SELECT id::text FROM workspace WHERE slug = $1), false)`, [workspace]);
    const { rows } = await client.query<{ id: string; customer: string }>(
      `SELECT id, customer FROM payments WHERE status = 'partly_refunded' AND customer IS NOT NULL AND invoice IS NOT NULL ORDER BY created DESC LIMIT 1`,
    );
    if (!rows[0]) throw new Error('The demo has no partly refunded payment yet: its history is still arriving.');
    return rows[0];
  } finally {
    await client.end();
  }
}
