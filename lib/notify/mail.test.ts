// Mail over a real SMTP server: kept with its cause, sent once, tried again after a refusal, given up in the end.
import { simpleParser, type ParsedMail } from 'mailparser';
import { SMTPServer } from 'smtp-server';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { db, openDatabase, useDatabase } from '#lib/db.ts';
import { forgetEnv } from '#lib/env.ts';
import { freshDatabase, type FreshDatabase } from '#tests/world.ts';
import { sendDueMail, writeMail } from './mail.ts';
import { compose } from './templates.ts';

const LINK = 'https://app.example/verify/secret-token';
let urls: FreshDatabase;
let close: () => Promise<void>;
let server: SMTPServer;
let caught: ParsedMail[] = [];
let refusals = 0;
let refused = 0;

beforeAll(async () => {
  urls = await freshDatabase();
  server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onRcptTo(_address, _session, done) {
      if (refusals === 0) return done();
      refusals -= 1;
      refused += 1;
      done(Object.assign(new Error('Try again later'), { responseCode: 451 }));
    },
    onData(stream, _session, done) {
      void simpleParser(stream)
        .then((mail) => caught.push(mail))
        .finally(done);
    },
  });
  const port = await new Promise<number>((resolve) => server.listen(0, '127.0.0.1', () => resolve((server.server.address() as { port: number }).port)));
  Object.assign(process.env, {
    DATABASE_URL: urls.appUrl,
    AUTH_SECRET: 'a secret of at least thirty-two characters',
    APP_URL: 'http://localhost:3000',
    SMTP_URL: `smtp://127.0.0.1:${port}`,
    LOG_LEVEL: 'silent',
  });
  forgetEnv();
  close = useDatabase({ main: openDatabase({ url: urls.workerUrl, role: 'worker', max: 5 }) });
});

beforeEach(() => {
  caught = [];
  refusals = refused = 0;
});

afterAll(async () => {
  await new Promise<void>((resolve) => server.close(() => resolve()));
  await close();
  await urls.drop();
});

describe('a mail', () => {
  test('leaves with its cause, in text and HTML, and once', async () => {
    await write();
    expect(await sendDueMail()).toBe(1);
    expect(await sendDueMail()).toBe(0);
    expect(caught).toHaveLength(1);
    expect(caught[0]).toMatchObject({ subject: 'Confirm your e-mail', text: expect.stringContaining(LINK), html: expect.stringContaining(`href="${LINK}"`) });
  });

  test('never leaves when its cause is taken back', async () => {
    await expect(
      db.routing(async (tx) => {
        await writeMail(tx, { to: 'x@example.com', template: 'confirm_email', params: { link: LINK } });
        throw new Error('taken back');
      }),
    ).rejects.toThrow('taken back');
    expect(await sendDueMail()).toBe(0);
  });

  test('leaves its links behind nowhere once it is sent', async () => {
    await write();
    await sendDueMail();
    expect(await db.statement(`SELECT 1 FROM mail WHERE params::text LIKE '%secret-token%'`)).toEqual([]);
  });

  test('goes out once although many workers send', async () => {
    for (let at = 0; at < 8; at += 1) await write(`p${at}@example.com`);
    const sent = await Promise.all([1, 2, 3, 4].map(() => sendDueMail()));
    expect(sent.reduce((a, b) => a + b)).toBe(8);
    expect(new Set(caught.map((mail) => mail.messageId)).size).toBe(8);
  });

  test('is tried again after a refusal', async () => {
    refusals = 1;
    await write();
    expect(await sendDueMail()).toBe(0);
    expect(refused).toBe(1);
    expect(await sendDueMail()).toBe(0);
    await due();
    expect(await sendDueMail()).toBe(1);
  });

  test('is given up after the last try, with its reason', async () => {
    refusals = 100;
    await write('never@example.com');
    for (let at = 0; at < 9; at += 1) {
      await sendDueMail();
      await due();
    }
    expect(refused).toBe(8);
    const [row] = await db.statement(`SELECT tries, failed_at IS NOT NULL AS failed, last_error FROM mail WHERE to_email = 'never@example.com'`);
    expect(row).toMatchObject({ tries: 8, failed: true, last_error: expect.stringContaining('Try again later') });
  });

  test('of test data says so in its subject', async () => {
    await db.routing((tx) =>
      writeMail(tx, { to: 'x@example.com', template: 'account_claimed', params: { link: LINK, account: 'acct_1', workspace: 'Harbor' }, test: true }),
    );
    await sendDueMail();
    expect(caught[0]?.subject).toBe('[Test data] Another workspace tried to connect your Stripe account');
  });
});

test('a refund that came to nothing is told with its amount, its reason and the page it stands on', () => {
  const letter = compose('refund_failed', { link: LINK, amount: '80.00 EUR', reason: 'The customer’s bank declined it.' }, true);
  expect(letter.subject).toBe('[Test data] A refund of 80.00 EUR came to nothing');
  for (const body of [letter.text, letter.html]) for (const part of ['80.00 EUR', 'declined', 'can be refunded again', LINK]) expect(body).toContain(part);
});

test('what people typed is text in a mail, never markup or a header', () => {
  const letter = compose('account_claimed', { link: LINK, account: 'acct_1', workspace: '<b onclick="x">\r\nBcc: y@example.com' }, false);
  expect(letter.html).not.toContain('<b onclick');
  expect(letter.html).toContain('&lt;b onclick=&quot;x&quot;&gt;');
  expect(letter.subject).not.toMatch(/[\r\n]/);
});

function write(to = 'dana@example.com'): Promise<void> {
  return db.routing((tx) => writeMail(tx, { to, template: 'confirm_email', params: { link: LINK } }));
}

function due(): Promise<unknown> {
  return db.statement('UPDATE mail SET next_at = clock_timestamp() WHERE sent_at IS NULL AND failed_at IS NULL');
}
