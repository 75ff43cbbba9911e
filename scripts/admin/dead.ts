// Events that were given up after ten tries: handed on again for every connected account, for one, or one event.
import { routedLedgers } from '#lib/access/job.ts';
import { db } from '#lib/db.ts';
import { AppError } from '#lib/errors.ts';
import { retryDeadIn } from '#lib/inbox/dead.ts';
import { modeOf } from '#lib/ledger.ts';
import type { Command } from './command.ts';

export const deadCommands = {
  'retry-dead': {
    usage: '[--account <acct_…>] [--event <evt_…>]',
    as: 'worker',
    async run({ account, event }) {
      const ledgers = (await routedLedgers()).filter((ledger) => account === undefined || ledger.account === account);
      if (ledgers.length === 0) throw new AppError('not_found', account === undefined ? 'No account is connected.' : `${account} is not connected.`);
      const lines: string[] = [];
      for (const ledger of ledgers) {
        const events = await db.as(ledger, (tx) => retryDeadIn(tx, ledger, { kind: 'job', id: 'system', name: 'admin retry-dead' }, event));
        lines.push(...events.map((each) => `${ledger.account} ${modeOf(ledger)}: ${each} is tried again.`));
      }
      if (lines.length === 0 && event !== undefined) throw new AppError('not_found', `${event} is not among the events that were given up.`);
      return lines.length > 0 ? lines : ['No event was given up.'];
    },
  },
} as const satisfies Record<string, Command>;
