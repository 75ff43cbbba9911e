// After a backup was put back, or a copy of a database is to go its own way: nothing acts on Stripe until what happened since is known (INVARIANTS §1.3).
import { deploymentId } from '#lib/env.ts';
import { AppError } from '#lib/errors.ts';
import { adoptDeployment, markRestored, releaseHeld } from '#lib/perform/restore.ts';
import type { Command } from './command.ts';

export const restoreCommands = {
  'mark-restored': {
    usage: '',
    as: 'owner',
    async run() {
      const held = await markRestored();
      return [
        `This database stands as restored. Held: ${held} open operations. No mail leaves it.`,
        'Start the processes now: the worker reads what happened at Stripe since the backup. Then run release-held.',
      ];
    },
  },
  'release-held': {
    usage: '',
    as: 'worker',
    async run() {
      const released = await releaseHeld();
      return [`Released. ${released} operations that were not found at Stripe go on under their own keys; those older than 23 hours wait for a person.`];
    },
  },
  'adopt-deployment': {
    usage: '--because <copy|renamed>',
    as: 'owner',
    async run({ because }) {
      if (because !== 'copy' && because !== 'renamed')
        throw new AppError('unprocessable', '--because is copy (another deployment ran on this data) or renamed (the same one under another name or address).');
      const { before, held } = await adoptDeployment(deploymentId(), because);
      return [
        `This database serves the deployment ${deploymentId()} now${before === null ? '' : `, before: ${before}`}.`,
        ...(because === 'copy' ? [`It stands as restored. Held: ${held} open operations. Start the processes, then run release-held.`] : []),
      ];
    },
  },
} as const satisfies Record<string, Command>;
