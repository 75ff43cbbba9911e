// Authorization codes: one use, five minutes.
import type { Core } from '../core/core.ts';
import { belief } from '../core/define.ts';
import { letters } from '../core/id.ts';
import type { Row } from '../core/store.ts';
import type { Scope } from './grants.ts';

const LIFE_S = 300;

belief('An authorization code lives five minutes and can be exchanged once.', ['sandbox/oauth/oauth.test.ts']);

export type Issue = { account: string; clientId: string; livemode: boolean; scope: Scope; spoiled?: 'expired' | 'used' };

export function issueCode(core: Core, { account, clientId, livemode, scope, spoiled }: Issue): string {
  const code = `ac_${letters(32)}`;
  const at = core.clock.now() - (spoiled === 'expired' ? LIFE_S + 1 : 0);
  const sql = 'INSERT INTO code (code, client_id, account, livemode, scope, at, used) VALUES (?, ?, ?, ?, ?, ?, ?)';
  core.store.run(sql, code, clientId, account, Number(livemode), scope, at, spoiled === 'used' ? 1 : 0);
  return code;
}

export type CodeUse = { kind: 'good' | 'used'; row: Row } | { kind: 'unknown' | 'expired'; row: null };

/** Marks the code as used; the second time it says so. */
export function useCode(core: Core, code: string, clientId: string): CodeUse {
  const row = core.store.get('SELECT * FROM code WHERE code = ? AND client_id = ?', code, clientId);
  if (!row) return { kind: 'unknown', row: null };
  if (row.used) return { kind: 'used', row };
  if (Number(row.at) < core.clock.now() - LIFE_S) return { kind: 'expired', row: null };
  core.store.run('UPDATE code SET used = 1 WHERE code = ?', code);
  return { kind: 'good', row };
}
