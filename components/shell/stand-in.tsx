import { t } from '#lib/messages/index.ts';

/** Stands at the very top of every page, sign-in and live mode included. */
export function StandIn({ host }: { host: string }) {
  return (
    <aside className="stand-in" aria-label={t('shell.standIn', { host })}>
      <p>{t('shell.standIn', { host })}</p>
    </aside>
  );
}
