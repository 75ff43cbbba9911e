// One handler per order.
import { act } from '../console/acts.ts';
import { advance } from '../core/runner.ts';
import { changeAccount, createAccount, findAccount, merchants } from '../objects/account.ts';
import { issueCode } from '../oauth/codes.ts';
import { prune } from '../wire/idempotency.ts';
import { buildWorld } from '../world/build.ts';

import { consoleDesk } from './desk.ts';
import { isFaultKind } from './faults.ts';
import { oracle } from './oracle.ts';
import { BadOrder, type Given, type Handler, number, optional, text } from './order.ts';

export const handlers: Readonly<Record<string, Handler>> = {
  'GET health': ({ core, url, smtp }) => ({ ok: true, now: core.clock.now(), url, smtp, platform: core.config.platform }),
  'GET accounts': ({ core, grants }) => merchants(core).map(({ platform: _platform, ...account }) => ({ ...account, connected: grants.connected(account.id) })),
  'POST accounts': ({ core }, given) => {
    const account = createAccount(core, {
      name: text(given, 'name'),
      email: text(given, 'email'),
      country: text(given, 'country'),
      currency: optional(given, 'currency')?.toLowerCase(),
      created: typeof given.created === 'number' ? given.created : undefined,
    });
    return { id: account.id };
  },
  'POST account': ({ core }, given) => {
    const account = needAccount(core, given);
    return changeAccount(core, account, given.livemode === true, { name: optional(given, 'name'), email: optional(given, 'email') });
  },
  /** The same id in the other mode, which Stripe never makes but a mirror has to survive. */
  'POST twin': ({ core }, given) => {
    const account = needAccount(core, given);
    const from = given.livemode === true;
    const one = core.within(account, from, {}, (place) => place.need(text(given, 'type'), text(given, 'id')));
    return core.within(account, !from, {}, (place) => {
      const twin = place.put({ ...one, ...('livemode' in one ? { livemode: !from } : {}) });
      place.emit(optional(given, 'event') ?? `${twin.object}.created`, twin);
      return { id: twin.id };
    });
  },
  'GET clock': ({ core }) => ({ now: core.clock.now(), offset: core.clock.offset() }),
  'POST clock': async ({ core }, given) => {
    const seconds = number(given, 'advance');
    if (seconds < 0) throw new BadOrder('The clock never goes back.');
    await advance(core, core.clock.now() + seconds);
    prune(core);
    return { now: core.clock.now() };
  },
  'POST code': ({ core }, given) => {
    const application = core.config.applications.find((one) => one.clientId === text(given, 'client_id'));
    if (!application) throw new BadOrder(`No application has the client_id ${text(given, 'client_id')}.`);
    const account = needAccount(core, given);
    const scope = given.scope === 'read_only' ? 'read_only' : 'read_write';
    const spoiled = given.spoiled === 'expired' || given.spoiled === 'used' ? given.spoiled : undefined;
    return { code: issueCode(core, { account, clientId: application.clientId, livemode: application.livemode, scope, spoiled }) };
  },
  'POST revoke': ({ core, grants }, given) => ({ revoked: grants.revoke(needAccount(core, given), given.livemode === true) }),
  'POST grant': ({ core, grants }, given) => {
    grants.grant(needAccount(core, given), given.livemode === true, { scope: given.scope === 'read_only' ? 'read_only' : 'read_write' });
    return { ok: true };
  },
  'POST world': ({ core }, given) => {
    const { name } = given;
    if (name !== 'harbor' && name !== 'fjord') throw new BadOrder('The worlds are harbor and fjord.');
    const whole = (field: string): number | undefined => (given[field] === undefined ? undefined : number(given, field));
    const account = optional(given, 'account');
    if (account !== undefined) needAccount(core, given);
    return buildWorld(core, {
      name,
      account,
      livemode: given.livemode === true,
      seed: whole('seed') ?? 1,
      readers: whole('readers'),
      months: whole('months'),
    });
  },
  'POST act': async (sandbox, given) => {
    const account = needAccount(sandbox.core, given);
    const fields = Object.entries(given).filter(([, value]) => typeof value === 'string' || typeof value === 'number');
    const form = new URLSearchParams(fields.map(([name, value]) => [name, String(value)]));
    return act(consoleDesk(sandbox, given.livemode === true), account, text(given, 'act'), form);
  },
  'GET faults': ({ faults }) => faults.list(),
  'POST faults': ({ faults }, given) => {
    const { kind } = given;
    if (!isFaultKind(kind)) throw new BadOrder(`There is no fault ${String(kind)}.`);
    const times = given.times === undefined ? 1 : number(given, 'times');
    if (!Number.isInteger(times) || times < 1) throw new BadOrder('times is a whole number from 1.');
    const ms = given.ms === undefined ? undefined : number(given, 'ms');
    faults.order({ kind, times, match: optional(given, 'match'), ms, effect: given.effect === true });
    return faults.list().find((one) => one.kind === kind);
  },
  /** A while in which reads are slow and fail by chance: half of them take `p50_ms` or longer, a share is answered 500 or 429. */
  'POST weather': ({ faults }, given) => {
    faults.storm({
      seed: number(given, 'seed'),
      p50Ms: number(given, 'p50_ms'),
      error500: number(given, 'error_500'),
      rateLimit429: number(given, 'rate_limit_429'),
      account: optional(given, 'account') ?? null,
    });
    return faults.list();
  },
  'DELETE weather': ({ faults }) => {
    faults.storm(null);
    return faults.list();
  },
  'DELETE faults': ({ faults }) => {
    faults.clear();
    return { ok: true };
  },
  'GET delivery': ({ delivery }) => delivery.state(),
  'POST delivery': ({ delivery }, given) => {
    const conditions: Parameters<typeof delivery.set>[0] = {};
    if (typeof given.hold === 'boolean') conditions.hold = given.hold;
    for (const name of ['duplicate', 'drop'] as const) {
      if (given[name] === undefined) continue;
      conditions[name] = given[name] === true ? 1 : number(given, name);
      if (conditions[name] < 0 || conditions[name] > 1) throw new BadOrder(`${name} is a share from 0 to 1.`);
    }
    for (const name of ['shuffle_ms', 'jitter_ms', 'seed', 'retry_ms'] as const) if (given[name] !== undefined) conditions[name] = number(given, name);
    if (given.shape !== undefined) conditions.shape = typeof given.shape === 'string' ? given.shape : null;
    delivery.set(conditions);
    return delivery.state();
  },
  'DELETE delivery': ({ delivery }) => {
    delivery.calm();
    return delivery.state();
  },
  'POST rate_limits': ({ rates }, given) => {
    rates.set(given.on === true);
    return rates.state();
  },
  'GET rate_limits': ({ rates }) => rates.state(),
  'GET requests': ({ log }, _given, query) => log.list({ account: query.get('account'), method: query.get('method'), path: query.get('path') }),
  'DELETE requests': ({ log }) => log.clear(),
  'GET oracle': ({ core }, _given, query) => oracle(core, query.get('account') ?? '', query.get('livemode') === 'true', query.get('type') ?? ''),
  'GET mails': ({ box }, _given, query) => box.list({ to: query.get('to') ?? undefined, limit: 200 }),
};

function needAccount(core: Parameters<typeof findAccount>[0], given: Given): string {
  const id = text(given, 'account');
  if (!findAccount(core, id)) throw new BadOrder(`There is no account ${id}.`);
  return id;
}
