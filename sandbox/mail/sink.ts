// An SMTP server that accepts every mail for every address and keeps it; nothing ever leaves this machine.
import { simpleParser } from 'mailparser';
import { SMTPServer } from 'smtp-server';
import type { MailBox } from './box.ts';

const MAX_BYTES = 10 * 1024 * 1024;

export type MailSink = { port: number; close(): Promise<void> };

/** Listens on 127.0.0.1 only; port 0 takes a free one, and the answer names it. Rejects if the port is in use. */
export async function startMailSink(box: MailBox, { port = 4243 }: { port?: number } = {}): Promise<MailSink> {
  const server = new SMTPServer({
    name: 'sandbox',
    banner: 'sandbox mail sink',
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    disableReverseLookup: true,
    allowInsecureAuth: true, // a password in SMTP_URL is accepted and means nothing
    closeTimeout: 500,
    logger: false,
    size: MAX_BYTES,
    onAuth: (auth, _session, done) => done(null, { user: auth.username ?? 'anybody' }),
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('error', done);
      stream.on('end', () => {
        if (stream.sizeExceeded) return done(Object.assign(new Error('The mail is larger than 10 MB.'), { responseCode: 552 }));
        const to = session.envelope.rcptTo.map((recipient) => recipient.address);
        keep(box, Buffer.concat(chunks), to, (session.envelope.mailFrom || null)?.address ?? '').then(() => done(), done);
      });
    },
  });
  server.on('error', () => {}); // a client that hangs up is no reason to stop; listen() failures reject below
  await new Promise<void>((resolve, reject) => {
    server.server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const address = server.server.address();
  return {
    port: typeof address === 'object' && address ? address.port : port,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

async function keep(box: MailBox, raw: Buffer, to: string[], envelopeFrom: string): Promise<void> {
  const parsed = await simpleParser(raw, { skipHtmlToText: true, skipTextToHtml: true, skipImageLinks: true });
  box.keep(
    {
      at: new Date().toISOString(),
      from: parsed.from?.text ?? envelopeFrom,
      to,
      subject: parsed.subject ?? '(no subject)',
      text: parsed.text ?? '',
      html: parsed.html || null,
    },
    raw,
  );
}
