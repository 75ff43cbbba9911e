import { ExternalLinkButton } from '#components/ui/link-button.tsx';
import { t } from '#lib/messages/index.ts';

export function OpenInStripe({ href }: { href: string | null }) {
  if (href === null) return null;
  return (
    <ExternalLinkButton href={href} newTab={t('objects.newTab')}>
      {t('objects.openInStripe')}
    </ExternalLinkButton>
  );
}
