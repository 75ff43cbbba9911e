// The rail's sync line, from the connection's facts.
import { t } from '#lib/messages/index.ts';
import type { Format } from '../object/format.ts';
import type { Sync } from '../shell/describe.ts';
import type { Described } from './describe.ts';
import { factText, typeName } from './history.ts';

const SHOWN = 3;

const tones = {
  awaiting_confirmation: 'warn',
  backfilling: 'info',
  live: 'pos',
  suspended: 'warn',
  revoked: 'neg',
  disconnecting: 'info',
  disconnected: 'neu',
} as const satisfies Record<Described['state'], Sync['tone']>;

export function syncOf(connection: Described | null, href: string, format: Format): Sync {
  if (!connection) return { tone: 'neu', state: t('shell.syncOff'), href };
  const open = connection.state === 'backfilling' || connection.state === 'live';
  const history = open ? connection.backfill : [];
  const failed = history.find((fact) => fact.state === 'failed');
  const troubled = open && connection.troubled > 0;
  const running = history.filter((fact) => fact.state === 'running' || fact.state === 'failed');
  const facts = running.slice(0, SHOWN).map((fact) => t('connect.syncFact', { type: typeName(fact.type), fact: factText(fact, format) }));
  if (running.length > SHOWN) facts.push(t('connect.syncMore', { count: running.length - SHOWN }));
  return {
    tone: failed || troubled ? 'neg' : tones[connection.state],
    state: failed
      ? t('shell.syncTrouble', { what: typeName(failed.type) })
      : troubled
        ? t('shell.syncDead', { count: connection.troubled })
        : stateText(connection),
    newestEvent: connection.newestEvent,
    facts,
    href,
  };
}

function stateText({ state }: Described): string {
  return state === 'live' ? t('shell.syncLive') : t(`status.connection.${state}`);
}
