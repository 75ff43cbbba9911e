import type { Metadata } from 'next';
import { headers } from 'next/headers';
import { PublicPage } from '#components/shell/public-page.tsx';
import { requireSignedIn } from '#lib/access/session.ts';
import { locales, timeZones } from '#lib/access/workspaces.ts';
import { t } from '#lib/messages/index.ts';
import { WelcomeForm } from './form.tsx';

export function generateMetadata(): Metadata {
  return { title: t('people.welcome') };
}

export default async function WelcomePage() {
  await requireSignedIn();
  const asked = (await headers()).get('accept-language')?.split(',')[0]?.trim() ?? '';
  return (
    <PublicPage title={t('people.welcome')} lead={t('people.welcomeLead')} foot={t('people.becomeOwner')} wide>
      <WelcomeForm zones={timeZones()} locales={locales.map((value) => ({ value, label: sampleOf(value) }))} locale={nearest(asked)} />
    </PublicPage>
  );
}

/** "1.234,50, German (Germany)": the figure first, for the list may be narrow. */
function sampleOf(locale: string): string {
  const name = new Intl.DisplayNames('en', { type: 'language', languageDisplay: 'standard' }).of(locale) ?? locale;
  return `${new Intl.NumberFormat(locale, { minimumFractionDigits: 2 }).format(1234.5)}, ${name}`;
}

function nearest(asked: string): string {
  const language = asked.split('-')[0];
  return locales.find((each) => each === asked) ?? locales.find((each) => each.split('-')[0] === language) ?? 'en';
}
