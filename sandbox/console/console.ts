// Which page of the console answers which address.
import type { MailBox } from '../mail/box.ts';
import { answerMail } from '../mail/pages.ts';
import { handOf, type Made } from '../world/hand.ts';
import { accountPage } from './account-page.ts';
import { act, Refused } from './acts.ts';
import { actsFor } from './act-forms.ts';
import { type Answer, type Ask, goTo, sameOrigin } from './answer.ts';
import type { ConsoleDesk } from './desk.ts';
import { eventPage, eventsPage } from './event-pages.ts';
import { beliefsPage, faultsPage, homePage } from './home-pages.ts';
import { type Html, html } from './html.ts';
import { addressOf, findById, findCollection, listPage, objectPage } from './object-pages.ts';
import { refuse, said, when } from './shell.ts';

const UNITS = { hour: 3600, day: 86_400, month: 30 * 86_400 } as const;
const EVENTS_PER_PAGE = 50;

/** Answers the console's addresses; null for any other path. */
export async function answerConsole(desk: ConsoleDesk, box: MailBox, ask: Ask): Promise<Answer | null> {
  const path = ask.url.pathname;
  const bar = barFor(desk, path);
  if (ask.method === 'POST' && /^\/(clock|faults|faults\/clear|a\/[^/]+\/act\/[a-z-]+)$/.test(path)) {
    return sameOrigin(ask) ? doPosted(desk, ask) : refuse(403, 'This form was not sent from the sandbox’s own page.', bar);
  }
  if (ask.method !== 'GET' && ask.method !== 'HEAD') return null;
  const note = said(ask.url);
  if (path === '/') return homePage(desk, note, bar);
  if (path === '/faults') return faultsPage(desk, note, bar);
  if (path === '/beliefs') return beliefsPage(desk, bar);
  return path.startsWith('/a/') ? inAccount(desk, ask.url, note, bar) : answerMail(box, ask, bar);
}

function inAccount(desk: ConsoleDesk, url: URL, note: Html | null, bar: Html): Answer {
  const [, , accountId = '', section, id] = url.pathname.split('/').map(decoded);
  const account = desk.accounts().find((one) => one.id === accountId);
  if (!account) return refuse(404, 'There is no such account in this world.', bar);
  const hand = handOf(account.id, desk.call);
  if (!section) {
    const events = hand.list('/v1/events', { limit: 10 });
    const customer = url.searchParams.get('customer') ?? '';
    return accountPage({ account, connected: desk.connected(account.id), counts: desk.counts(account.id), events, note, bar, customer });
  }
  if (section === 'find') return findById(account.id, url.searchParams.get('id') ?? '', bar);
  if (section === 'events' && !id) {
    const type = url.searchParams.get('type')?.trim() ?? '';
    const after = url.searchParams.get('starting_after');
    const reply = hand.ask('GET', '/v1/events', { limit: EVENTS_PER_PAGE, ...(type ? { type } : {}), ...(after ? { starting_after: after } : {}) });
    if (reply.status >= 300) return refuse(reply.status, 'These events cannot be listed.', bar);
    return eventsPage(account, reply.body.data as Made[], Boolean(reply.body.has_more), type, bar); // the sandbox's own list envelope
  }
  const collection = findCollection(section);
  if (section !== 'events' && !collection) return refuse(404, 'There is no such page.', bar);
  if (!id && collection) return listPage(hand, account, collection, url, bar);
  const reply = hand.ask('GET', `/v1/${section}/${encodeURIComponent(id ?? '')}`);
  if (reply.status >= 300) return refuse(404, `${account.name} has nothing with the id ${id}.`, bar);
  const object = reply.body as Made; // a 2xx answer to a retrieve is the object
  if (!collection) return eventPage(account, object, desk.deliveries(object.id), note, bar);
  return objectPage(account, collection, object, actsFor(account.id, object), note, bar);
}

/** Every act ends in a redirect that says what happened, so a reload repeats nothing. */
async function doPosted(desk: ConsoleDesk, ask: Ask): Promise<Answer> {
  const [, first = '', account = '', , name = ''] = ask.url.pathname.split('/').map(decoded);
  try {
    if (first === 'clock') return goTo(`/?${await moveClock(desk, ask.form)}`);
    if (first === 'faults') return goTo(`/faults?${account === 'clear' ? withdrawFaults(desk) : orderFault(desk, ask.form)}`);
    if (!desk.accounts().some((one) => one.id === account)) throw new Refused('There is no such account in this world.');
    const done = await act(desk, account, name, ask.form);
    return goTo(`${(done.show && addressOf(account, done.show)) || `/a/${account}`}?${new URLSearchParams({ said: done.said })}`);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const id = ask.form.get('id');
    const back = first !== 'a' ? `/${first === 'faults' ? 'faults' : ''}` : ((id && addressOf(account, id)) ?? `/a/${account}`);
    return goTo(`${back}?${new URLSearchParams({ failed: error.message })}`);
  }
}

async function moveClock(desk: ConsoleDesk, form: URLSearchParams): Promise<URLSearchParams> {
  const amount = Number(form.get('amount'));
  const unit = UNITS[form.get('unit') as keyof typeof UNITS]; // anything else is undefined and refused below
  if (!Number.isInteger(amount) || amount < 1 || !unit || amount * unit > 400 * UNITS.day)
    throw new Refused('Move it by a whole number, at most 400 days at once.');
  await desk.advance(desk.now() + amount * unit);
  return new URLSearchParams({ said: `The clock stands at ${when(desk.now()).text.replace(/<[^>]+>/g, '')} UTC.` });
}

function orderFault(desk: ConsoleDesk, form: URLSearchParams): URLSearchParams {
  const kind = form.get('kind') ?? '';
  const times = Number(form.get('times'));
  const fault = desk.faults().find((one) => one.kind === kind);
  if (!fault) throw new Refused('There is no such fault.');
  if (!Number.isInteger(times) || times < 1 || times > 10_000) throw new Refused('Order it between 1 and 10,000 times.');
  desk.orderFault(kind, times);
  return new URLSearchParams({ said: `Ordered ${times} × ${fault.label}.` });
}

function withdrawFaults(desk: ConsoleDesk): URLSearchParams {
  desk.clearFaults();
  return new URLSearchParams({ said: 'No fault is ordered any more.' });
}

function barFor(desk: ConsoleDesk, path: string): Html {
  const links = [
    ['/', 'Accounts'],
    ['/faults', 'Faults'],
    ['/outbox', 'Outbox'],
    ['/beliefs', 'Beliefs'],
  ] as const;
  const isHere = (href: string) => (href === '/' ? path === '/' || path.startsWith('/a/') : path.startsWith(href));
  return html`<nav class="bar" aria-label="Sandbox"><span class="brand">Sandbox</span>${links.map(([href, label]) => html`<a href="${href}" ${isHere(href) ? html`aria-current="page"` : ''}>${label}</a>`)}<span class="clock">${when(desk.now())} UTC</span></nav>`;
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
