import { t } from '#lib/messages/index.ts';
import { Banner } from '../ui/banner.tsx';

/** On every page, sign-in included, while the database is a copy or was put back from a backup: acts on Stripe and mail wait. */
export function RestoredNotice({ standing }: { standing: 'restored_copy' | 'restored' }) {
  return (
    <Banner label={t('shell.restoredLabel')} tone="warn">
      {standing === 'restored' ? t('shell.putBack') : t('shell.restored')}
    </Banner>
  );
}
