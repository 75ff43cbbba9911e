import Link from 'next/link';
import { t } from '#lib/messages/index.ts';
import { Ago } from '../object/ago.tsx';
import type { Format } from '../object/format.ts';
import { Dot } from '../ui/badge.tsx';
import type { Sync } from './describe.ts';
import { Live } from './live.tsx';

/** The foot of the rail: state of the mirror, age of the newest event, what the backfill has done. */
export function SyncLine({ sync, format, stream }: { sync: Sync; format: Format; stream?: string }) {
  const text = (
    <>
      <Dot tone={sync.tone} /> <span className="sync-state">{sync.state}</span>
    </>
  );
  return (
    <div className="sync">
      <p>
        {sync.href ? (
          <Link href={sync.href} prefetch={false}>
            {text}
          </Link>
        ) : (
          text
        )}
        {sync.newestEvent ? <> · {t.rich('shell.syncEvent', { age: <Ago key="age" at={sync.newestEvent} format={format} short /> })}</> : null}
      </p>
      {sync.facts?.map((fact) => (
        <p key={fact} className="text-fg-3">
          {fact}
        </p>
      ))}
      {stream ? <Live url={stream} /> : null}
    </div>
  );
}
