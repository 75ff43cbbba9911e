// Which application may act in which account and mode, and the events that tell of it.
import { type Core, NOBODY } from '../core/core.ts';
import { letters } from '../core/id.ts';
import type { Row } from '../core/store.ts';

export type Scope = 'read_write' | 'read_only';
export type Grants = ReturnType<typeof newGrants>;

export function newGrants(core: Core) {
  const { store } = core;
  const tell = (event: string, account: string, livemode: boolean): void => {
    const application = core.applicationOf(livemode);
    if (!application) return;
    core.within(account, livemode, { cause: NOBODY }, (place) =>
      place.emit(event, { id: application.clientId, object: 'application', name: application.name }),
    );
  };
  const clientIdOf = (livemode: boolean): string => core.applicationOf(livemode)?.clientId ?? '';

  return {
    find(clientId: string, account: string, livemode: boolean): Row | null {
      return store.get('SELECT * FROM access WHERE client_id = ? AND account = ? AND livemode = ?', clientId, account, Number(livemode)) ?? null;
    },
    findByRefreshToken(token: string): Row | null {
      return store.get('SELECT * FROM access WHERE refresh_token = ?', token) ?? null;
    },
    grant(account: string, livemode: boolean, { scope = 'read_write', code = null }: { scope?: Scope; code?: string | null } = {}): Row {
      return store.atomic(() => {
        const clientId = clientIdOf(livemode);
        const known = this.find(clientId, account, livemode);
        const mode = livemode ? 'live' : 'test';
        const sql = 'INSERT OR REPLACE INTO access VALUES (?, ?, ?, ?, ?, ?, ?, ?)';
        store.run(sql, clientId, account, Number(livemode), scope, core.clock.now(), code, `sk_${mode}_${letters(40)}`, `rt_${letters(40)}`);
        if (!known) tell('account.application.authorized', account, livemode);
        const made = this.find(clientId, account, livemode);
        if (!made) throw new Error('the grant was not kept');
        return made;
      });
    },
    /** False when there was nothing to take away. The event leaves while the grant still stands: it has to reach the application. */
    revoke(account: string, livemode: boolean): boolean {
      return store.atomic(() => {
        const clientId = clientIdOf(livemode);
        if (!this.find(clientId, account, livemode)) return false;
        tell('account.application.deauthorized', account, livemode);
        store.run('DELETE FROM access WHERE client_id = ? AND account = ? AND livemode = ?', clientId, account, Number(livemode));
        return true;
      });
    },
    connected: (account: string): boolean => store.get('SELECT 1 FROM access WHERE account = ? LIMIT 1', account) !== undefined,
  };
}
