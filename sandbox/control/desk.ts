// What the console and the consent page need, filled by the core. The console looks at one mode at a time.
import type { ConsentDesk } from '../console/consent.ts';
import type { ConsoleDesk } from '../console/desk.ts';
import { allBeliefs } from '../core/define.ts';
import { placeNumber } from '../core/place.ts';
import { advance } from '../core/runner.ts';
import { createAccount, merchants } from '../objects/account.ts';
import { decideDispute, raiseDispute } from '../objects/dispute.ts';
import { authenticateIntent } from '../objects/payment-intent.ts';
import { authenticateSetup } from '../objects/setup-intent.ts';
import { failRefund, giveRefundDetails, requireRefundAction, settleRefund } from '../objects/refund.ts';
import { issueCode } from '../oauth/codes.ts';
import type { Sandbox } from './parts.ts';
import { callIn } from '../wire/call.ts';
import { isFaultKind } from './faults.ts';

export function consoleDesk({ core, grants, delivery, faults }: Sandbox, livemode: boolean): ConsoleDesk {
  return {
    accounts: () => merchants(core),
    connected: (account) => grants.connected(account),
    counts(account) {
      const n = placeNumber(core.store, account, livemode);
      const rows = core.store.rows('SELECT type, count(*) AS n FROM object WHERE place = ? AND deleted = 0 GROUP BY type', n);
      return Object.fromEntries(rows.map((row) => [core.registry.type(String(row.type))?.collection ?? String(row.type), Number(row.n)]));
    },
    call: callIn(core, livemode),
    now: core.clock.now,
    advance: (to) => advance(core, to),
    deliveries: (event) => delivery.log(event),
    resend(account, event) {
      const row = core.store.get('SELECT seq FROM event WHERE place = ? AND id = ?', placeNumber(core.store, account, livemode), event);
      if (!row) throw new Error(`There is no event ${event}.`);
      delivery.resend(Number(row.seq), null);
    },
    dispute: (account, charge, kind) => core.within(account, livemode, {}, (place) => raiseDispute(place, charge, kind).id),
    closeDispute: (account, id, how) => void core.within(account, livemode, {}, (place) => decideDispute(place, id, how)),
    failRefund: (account, id, reason) => void core.within(account, livemode, {}, (place) => failRefund(place, id, reason)),
    settleRefund: (account, id) => void core.within(account, livemode, {}, (place) => settleRefund(place, id)),
    requireRefundAction: (account, id) => void core.within(account, livemode, {}, (place) => requireRefundAction(place, id)),
    giveRefundDetails: (account, id) => void core.within(account, livemode, {}, (place) => giveRefundDetails(place, id)),
    authenticate: (account, id, passes) =>
      void core.within(account, livemode, {}, (place) => (id.startsWith('seti_') ? authenticateSetup : authenticateIntent)(place, id, passes)),
    revoke: (account) => {
      if (!grants.revoke(account, livemode)) throw new Error('No application is connected to this account.');
    },
    faults: () => faults.list().map(({ kind, label, hint, waiting, fired }) => ({ kind, label, hint, ordered: waiting, fired })),
    orderFault(kind, times) {
      if (isFaultKind(kind)) faults.order({ kind, times });
    },
    clearFaults: () => faults.clear(false),
    beliefs: allBeliefs,
  };
}

export function consentDesk({ core }: Sandbox): ConsentDesk {
  return {
    applications: () => core.config.applications,
    accounts: () => merchants(core),
    createAccount: (entered) => createAccount(core, entered),
    issueCode: ({ account, application, scope, spoiled }) =>
      issueCode(core, { account, clientId: application.clientId, livemode: application.livemode, scope, spoiled }),
  };
}
