// API keys: made and revoked here until the keys page exists.
import { createKey, MAX_DAYS, revokeKey, scopes, type Scope } from '#lib/access/api-key.ts';
import { operator } from '#lib/access/membership.ts';
import { AppError } from '#lib/errors.ts';
import type { Command } from './command.ts';
import { requireWorkspace } from './workspaces.ts';

export const keyCommands = {
  'create-key': {
    usage: `--workspace <slug> --mode <test|live> --name <name> [--scopes <${scopes.join(',')}>] [--days <1-${MAX_DAYS}>]`,
    as: 'owner',
    async run({ workspace = '', mode = '', name = '', scopes: given = 'read', days = '90' }) {
      const place = await requireWorkspace(workspace);
      const wanted = given.split(',').map((scope) => scope.trim()) as Scope[];
      const made = await createKey(operator(place, 'admin create-key', requireMode(mode)), { name, scopes: wanted, days: Number(days) });
      return [`Key ${made.id} of ${place.slug}, ${mode}, until ${made.expiresAt.toISOString().slice(0, 10)}. It is shown this once:`, made.key];
    },
  },
  'revoke-key': {
    usage: '--workspace <slug> --id <key id>',
    as: 'owner',
    async run({ workspace = '', id = '' }) {
      const place = await requireWorkspace(workspace);
      if (!/^[0-9a-f-]{36}$/.test(id)) throw new AppError('unprocessable', 'A key id is what create-key printed.');
      await revokeKey(operator(place, 'admin revoke-key'), id);
      return [`Key ${id} is revoked.`];
    },
  },
} as const satisfies Record<string, Command>;

export function requireMode(mode: string): boolean {
  if (mode !== 'test' && mode !== 'live') throw new AppError('unprocessable', 'A mode is test or live.');
  return mode === 'live';
}
