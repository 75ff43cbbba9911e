// The outbox: every mail the app sent, to look at and to click through; and the same as JSON for tests.
import { type Answer, type Ask, json, page } from '../console/answer.ts';
import { type Html, html, linkify } from '../console/html.ts';
import { facts, refuse, shell, table } from '../console/shell.ts';
import type { Mail, MailBox } from './box.ts';

const PER_PAGE = 50;

/** Answers /outbox…, /_sandbox/mails; null for any other path. `bar` is the console's navigation. */
export function answerMail(box: MailBox, ask: Ask, bar: Html): Answer | null {
  const { pathname, searchParams } = ask.url;
  if (pathname === '/_sandbox/mails') return json(200, { mails: box.list({ to: searchParams.get('to') ?? undefined }) });
  if (pathname === '/outbox') return list(box, searchParams, bar);
  const match = /^\/outbox\/(\d{1,15})(\/html|\/raw)?$/.exec(pathname);
  if (!match) return null;
  const mail = box.find(Number(match[1]));
  if (!mail) return refuse(404, 'There is no such mail.', bar);
  if (match[2] === '/html') return htmlBody(mail);
  if (match[2] === '/raw') return source(box, mail);
  return one(mail, bar);
}

function list(box: MailBox, params: URLSearchParams, bar: Html): Answer {
  const to = params.get('to')?.trim() || undefined;
  const before = Number(params.get('before')) || undefined;
  const mails = box.list({ to, before, limit: PER_PAGE + 1 });
  const shown = mails.slice(0, PER_PAGE);
  const rows = shown.map((mail) => [
    html`<time class="when" datetime="${mail.at}">${mail.at.slice(0, 19).replace('T', ' ')}</time>`,
    html`<span class="clip">${mail.to.join(', ')}</span>`,
    html`<a href="/outbox/${mail.id}"><span class="name">${mail.subject}</span></a>`,
    mail.links.length ? html`<span class="soft">${mail.links.length} ${mail.links.length === 1 ? 'link' : 'links'}</span>` : '',
  ]);
  const older = new URLSearchParams({ ...(to ? { to } : {}), before: String(shown.at(-1)?.id ?? 0) });
  return page(
    200,
    shell({
      title: 'Outbox',
      bar,
      body: html`<div class="head"><div><h1>Outbox</h1><p class="soft">Every mail sent to this sink, ${box.count()} so far. None left this machine.</p></div></div>
<form method="get" action="/outbox"><div class="row tight"><label>To <input type="email" name="to" value="${to}" autocomplete="off"></label><button>Show</button>${to ? html`<a class="button" href="/outbox">Clear</a>` : ''}</div></form>
${table('Mails', ['Sent (UTC)', 'To', 'Subject', ''], rows, to ? `No mail to ${to}.` : 'No mail yet. It appears here the moment the app sends one.')}
${mails.length > PER_PAGE ? html`<div class="pager"><a class="button" href="/outbox?${older.toString()}">Older</a></div>` : ''}`,
    }),
  );
}

function one(mail: Mail, bar: Html): Answer {
  return page(
    200,
    shell({
      title: mail.subject,
      bar,
      body: html`<p class="crumbs"><a href="/outbox">Outbox</a></p><h1>${mail.subject}</h1>
${facts([
  ['From', mail.from],
  ['To', mail.to.join(', ')],
  ['Sent', html`<time datetime="${mail.at}">${mail.at}</time>`],
  ['Source', html`<a href="/outbox/${mail.id}/raw">as received</a>`],
])}
${mail.links.length ? html`<section class="sheet"><h2>Links</h2><ul class="asks">${mail.links.map((link) => html`<li><a href="${link}" class="id">${link}</a></li>`)}</ul></section>` : ''}
<h2>Text</h2><pre>${mail.text ? linkify(mail.text) : '(no text part)'}</pre>
${mail.html ? html`<h2>HTML</h2><iframe title="The mail as HTML" sandbox="allow-popups allow-popups-to-escape-sandbox" src="/outbox/${mail.id}/html"></iframe>` : ''}`,
    }),
  );
}

/** A foreign document: no script, no request of its own, a unique origin; its links open in a new tab. */
function htmlBody(mail: Mail): Answer {
  return {
    status: 200,
    headers: {
      'Content-Type': 'text/html; charset=utf-8',
      'Cache-Control': 'no-store',
      'X-Content-Type-Options': 'nosniff',
      'Content-Security-Policy':
        "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; img-src data:; style-src 'unsafe-inline'; font-src data:; base-uri 'self'; form-action 'none'; frame-ancestors 'self'",
    },
    body: `<base target="_blank">${mail.html ?? ''}`,
  };
}

function source(box: MailBox, mail: Mail): Answer {
  return {
    status: 200,
    headers: {
      'Content-Type': 'text/plain; charset=utf-8',
      'Cache-Control': 'no-store',
      'X-Content-Type-Options': 'nosniff',
      'Content-Security-Policy': "default-src 'none'; sandbox",
    },
    body: Buffer.from(box.raw(mail.id) ?? []).toString('utf8'),
  };
}
