// Connections and the work behind them, across all workspaces. Row-level security binds the owner too, so each workspace is asked by itself.
import { routedLedgers } from '#lib/access/job.ts';
import { operator } from '#lib/access/membership.ts';
import { db } from '#lib/db.ts';
import { AppError } from '#lib/errors.ts';
import { modeOf } from '#lib/ledger.ts';
import { prisma } from '#lib/prisma.ts';
import { workspaceOf } from '#lib/access/merchant-of.ts';
import type { Command } from './command.ts';

type Connected = { account: string; livemode: boolean; generation: number; state: string; state_at: Date };

export const connectionCommands = {
  'list-connections': {
    usage: '',
    as: 'owner',
    async run() {
      const lines: string[] = [];
      for (const row of await prisma().workspace.findMany({ orderBy: { slug: 'asc' } })) {
        const connections = await db.as(operator(workspaceOf(row), 'admin list-connections'), (tx) =>
          tx.query<Connected>('SELECT account, livemode, generation, state, state_at FROM connection WHERE workspace_id = $1 ORDER BY livemode, created_at', [
            row.id,
          ]),
        );
        for (const each of connections)
          lines.push([row.slug, each.livemode ? 'live' : 'test', each.account, each.generation, each.state, each.state_at.toISOString()].join('\t'));
      }
      return lines.length > 0 ? lines : ['No account is connected.'];
    },
  },
  drain: {
    usage: '[--limit <events>]',
    as: 'worker',
    async run({ limit = '10000' }) {
      const most = Number(limit);
      if (!Number.isInteger(most) || most < 1) throw new AppError('unprocessable', '--limit is a whole number of events.');
      const { drain } = await import('#lib/inbox/drain.ts');
      return [`Handed on ${await drain({ limit: most })} kept events.`];
    },
  },
  sweep: {
    usage: '[--account <acct_…>]',
    as: 'worker',
    async run({ account }) {
      const ledgers = (await routedLedgers()).filter((ledger) => account === undefined || ledger.account === account);
      if (ledgers.length === 0) throw new AppError('not_found', account === undefined ? 'No account is connected.' : `${account} is not connected.`);
      const { sweep } = await import('#lib/inbox/sweep.ts');
      const lines: string[] = [];
      for (const ledger of ledgers) lines.push(`${ledger.account} ${modeOf(ledger)}: ${JSON.stringify(await sweep(ledger))}`);
      return lines;
    },
  },
} as const satisfies Record<string, Command>;
