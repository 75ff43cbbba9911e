import Link from 'next/link';
import { t } from '#lib/messages/index.ts';
import { DefinitionList } from '../ui/definition-list.tsx';
import { Id } from '../ui/id.tsx';
import { VisuallyHidden } from '../ui/visually-hidden.tsx';
import type { Amount } from './amount-text.ts';
import { copyWords } from './copy-words.ts';
import { type Format, fullDate } from './format.ts';
import { Held } from './held.tsx';
import { Mirrored, type Freshness } from './mirrored.tsx';
import { Money } from './money.tsx';
import { type Status, StatusBadge } from './status-badge.tsx';

export type FactValue =
  | null
  | { kind: 'text'; text: string; quiet?: string; href?: string; lang?: string; tone?: 'warn' }
  | { kind: 'id'; id: string; href?: string }
  | { kind: 'date'; at: string }
  | ({ kind: 'money' } & Amount)
  | ({ kind: 'status' } & Status)
  | { kind: 'list'; items: readonly { term: string; value: string }[] }
  | ({ kind: 'mirrored' } & Freshness);
export type Fact = { label: string; value: FactValue };

/** The side column of a detail page: what is known, each in one small block. */
export function Facts({ facts, format }: { facts: readonly Fact[]; format: Format }) {
  return (
    <Held>
      <section aria-label={t('objects.facts')}>
        <DefinitionList items={facts.map(({ label, value }) => ({ term: label, value: <Value value={value} format={format} label={label} /> }))} />
      </section>
    </Held>
  );
}

function Value({ value, format, label }: { value: FactValue; format: Format; label: string }) {
  if (value === null)
    return (
      <span role="img" aria-label={t('objects.none')}>
        –
      </span>
    );
  switch (value.kind) {
    case 'text':
      return (
        <>
          <span lang={value.lang} className={value.tone === 'warn' ? 'text-warn-fg' : undefined}>
            {value.href ? <FactLink href={value.href}>{value.text}</FactLink> : value.text}
          </span>
          {value.quiet ? <span className="block text-fg-3">{value.quiet}</span> : null}
        </>
      );
    case 'id':
      return value.href ? (
        <FactLink href={value.href}>
          <Id id={value.id} />
        </FactLink>
      ) : (
        <Id id={value.id} full copy={copyWords(label)} />
      );
    case 'date':
      return <time dateTime={value.at}>{fullDate(value.at, format)}</time>;
    case 'money':
      return <Money {...value} locale={format.locale} />;
    case 'status':
      return <StatusBadge {...value} />;
    case 'list':
      return value.items.map(({ term, value: text }) => (
        <span key={term} className="block break-words">
          <span className="text-fg-3">{term}</span>
          <VisuallyHidden>: </VisuallyHidden> {text}
        </span>
      ));
    case 'mirrored':
      return <Mirrored {...value} format={format} />;
  }
}

function FactLink({ href, children }: { href: string; children: React.ReactNode }) {
  return (
    <Link href={href} prefetch={false} className="text-accent hover:underline">
      {children}
    </Link>
  );
}
