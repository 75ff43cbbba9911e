import { createServer } from 'node:net';
import { DatabaseSync } from 'node:sqlite';
import nodemailer from 'nodemailer';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type MailBox, openMailBox } from './box.ts';
import { type MailSink, startMailSink } from './sink.ts';

let box: MailBox;
let sink: MailSink;
beforeEach(async () => {
  box = openMailBox(new DatabaseSync(':memory:'));
  sink = await startMailSink(box, { port: 0 });
});
afterEach(() => sink.close());

const send = (mail: object) => nodemailer.createTransport(`smtp://127.0.0.1:${sink.port}`).sendMail({ from: 'Desk <desk@example.com>', ...mail });

test('a mail sent by SMTP is kept with its text, its HTML and the links in both', async () => {
  await send({
    to: 'Åsa@Example.com',
    subject: 'Bekräfta 🗞 your address',
    text: 'Open http://localhost:3000/verify/abc.\nThank you',
    html: '<p>Open <a href="http://localhost:3000/verify/abc?x=1&amp;y=2">this</a></p>',
  });
  const [mail] = box.list({ to: 'åsa@example.com' });
  expect(mail).toMatchObject({
    from: '"Desk" <desk@example.com>',
    subject: 'Bekräfta 🗞 your address',
    links: ['http://localhost:3000/verify/abc', 'http://localhost:3000/verify/abc?x=1&y=2'],
  });
  expect(mail?.text).toContain('Thank you');
  expect(mail?.html).toContain('<p>Open');
});

test('the outbox lists the newest first and finds by recipient, also in blind copies', async () => {
  await send({ to: 'a@example.com', subject: 'one', text: '1' });
  await send({ to: 'b@example.com', bcc: 'a@example.com', subject: 'two', text: '2' });
  await send({ to: 'c@example.com', subject: 'three', text: '3' });
  expect(box.list().map((mail) => mail.subject)).toEqual(['three', 'two', 'one']);
  expect(box.list({ to: 'A@example.com' }).map((mail) => mail.subject)).toEqual(['two', 'one']);
  expect(box.list({ before: box.list()[0]?.id, limit: 1 }).map((mail) => mail.subject)).toEqual(['two']);
  expect(box.count()).toBe(3);
});

test('a port in use is an error, not a sink that hears nothing', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => other.once('listening', resolve));
  const taken = other.address();
  const port = typeof taken === 'object' && taken ? taken.port : 0;
  await expect(startMailSink(box, { port })).rejects.toThrow(/EADDRINUSE/);
  other.close();
});

test('a client that hangs up in the middle leaves nothing and stops nothing', async () => {
  const { connect } = await import('node:net');
  await new Promise<void>((resolve) => {
    const socket = connect(sink.port, '127.0.0.1', () => {
      socket.write('EHLO x\r\nMAIL FROM:<a@b.c>\r\nRCPT TO:<d@e.f>\r\nDATA\r\nSubject: half');
      setTimeout(() => socket.destroy(), 50);
      socket.once('close', () => resolve());
    });
  });
  await send({ to: 'a@example.com', subject: 'after', text: 'still here' });
  expect(box.list().map((mail) => mail.subject)).toEqual(['after']);
});
