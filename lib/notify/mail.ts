// Mail to people: a row written in the transaction of its cause, sent by the worker over SMTP, tried again until it is taken.
import { randomUUID } from 'node:crypto';
import { createTransport, type Transporter } from 'nodemailer';
import { db, type Tx } from '../db.ts';
import { findStanding } from '../deployment.ts';
import { env } from '../env.ts';
import { log } from '../log.ts';
import { compose, isTemplate, type Template, type Templates } from './templates.ts';

/** Seconds until the next try; after the last the mail counts as failed. About a day in all. */
const BACKOFF = [30, 120, 600, 1_800, 7_200, 21_600, 57_600] as const;
/** A sender that died keeps a mail this long. Longer than the SMTP time-outs below together. */
const LEASE_SECONDS = 120;
const BATCH = 20;

/** Keeps a mail in the caller's transaction. `test` puts the test tag into the subject. */
export async function writeMail<T extends Template>(tx: Tx, mail: { to: string; template: T; params: Templates[T]; test?: boolean }): Promise<void> {
  await tx.query('INSERT INTO mail (id, to_email, template, params) VALUES ($1, $2, $3, $4)', [
    randomUUID(),
    mail.to,
    mail.template,
    JSON.stringify({ ...mail.params, ...(mail.test ? { test: true } : {}) }),
  ]);
}

type Due = { id: string; to_email: string; template: string; params: Record<string, string> & { test?: unknown }; tries: number };

/** Sends what is due and returns how many were taken by the SMTP server. Without SMTP_URL, and in a restored database, nothing leaves and everything waits. */
export async function sendDueMail(): Promise<number> {
  const { SMTP_URL } = env();
  if (!SMTP_URL || (await findStanding()) !== 'ours') return 0;
  const due = await claim();
  if (due.length === 0) return 0;
  const transport = open(SMTP_URL);
  let sent = 0;
  try {
    for (const mail of due) if (await send(transport, mail)) sent += 1;
  } finally {
    transport.close();
  }
  return sent;
}

async function claim(): Promise<Due[]> {
  return db.routing((tx) =>
    tx.query<Due>(
      `UPDATE mail SET next_at = clock_timestamp() + make_interval(secs => $1), tries = tries + 1
        WHERE id IN (SELECT id FROM mail WHERE sent_at IS NULL AND failed_at IS NULL AND next_at <= clock_timestamp() ORDER BY next_at LIMIT $2 FOR UPDATE SKIP LOCKED)
        RETURNING id, to_email, template, params, tries`,
      [LEASE_SECONDS * BATCH, BATCH],
    ),
  );
}

async function send(transport: Transporter, mail: Due): Promise<boolean> {
  try {
    if (!isTemplate(mail.template)) throw new Error(`No mail template ${mail.template}`);
    const { test, ...params } = mail.params;
    const letter = compose(mail.template, params, test === true);
    await transport.sendMail({ from: env().MAIL_FROM, to: mail.to_email, ...letter, messageId: `<${mail.id}@${new URL(env().APP_URL).hostname}>` });
    // A sent mail's links are secrets; its row needs them no more.
    await db.statement(`UPDATE mail SET sent_at = clock_timestamp(), params = '{}', last_error = NULL WHERE id = $1`, [mail.id]);
    return true;
  } catch (error) {
    await putOff(mail, error);
    return false;
  }
}

async function putOff(mail: Due, error: unknown): Promise<void> {
  const wait = BACKOFF[mail.tries - 1];
  const reason = (error instanceof Error ? error.message : String(error)).slice(0, 300);
  log.warn({ mail: mail.id, template: mail.template, tries: mail.tries, reason }, wait === undefined ? 'mail given up' : 'mail put off');
  await db.statement(
    wait === undefined
      ? 'UPDATE mail SET failed_at = clock_timestamp(), last_error = $2 WHERE id = $1'
      : 'UPDATE mail SET next_at = clock_timestamp() + make_interval(secs => $3), last_error = $2 WHERE id = $1',
    wait === undefined ? [mail.id, reason] : [mail.id, reason, wait],
  );
}

function open(url: string): Transporter {
  return createTransport({ url, connectionTimeout: 10_000, greetingTimeout: 10_000, socketTimeout: 30_000, disableFileAccess: true, disableUrlAccess: true });
}
