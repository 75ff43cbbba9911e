// What stands under a customer's name: net spend, open balance, since when, and the way of paying that is charged next.
import { dayDate, type Format } from '#components/object/format.ts';
import { methodText } from '#components/object/method.ts';
import { Money } from '#components/object/money.tsx';
import { None } from '#components/table/cell.tsx';
import { t } from '#lib/messages/index.ts';
import type { Customer } from '#lib/read/desk/customer.ts';
import { oneOfMany } from '#lib/read/desk/one-of-many.ts';
import type { History } from '#lib/read/history.ts';
import { amountOf } from '../../_desk/figures.ts';
import { expiryOf } from './expiry.ts';

type FiguresProps = { customer: Customer; history: History; format: Format };

export function CustomerFigures({ customer, history, format }: FiguresProps) {
  const { spend, open, methods, defaultMethod, copy, ownCurrency } = customer;
  const method = methods.find(({ id }) => id === defaultMethod) ?? methods[0];
  const expiry = method && expiryOf(method, format);
  const soFar = history.state !== 'done' && history.backTo ? t('customers.soFar', { date: dayDate(history.backTo.toISOString(), format) }) : null;
  return (
    <dl className="figures" aria-label={t('customers.figures')}>
      <Figure label={t('customers.netSpend')} note={soFar}>
        <Several figures={spend} own={ownCurrency} format={format} />
      </Figure>
      <Figure label={t('customers.open')}>
        <Several figures={open} own={ownCurrency} format={format} />
      </Figure>
      <Figure label={t('customers.since')}>{copy.created ? dayDate(copy.created.toISOString(), format) : <None />}</Figure>
      <Figure label={t('customers.method')}>
        {method ? (
          <span className={expiry?.soon ? 'text-warn-fg' : undefined}>
            {expiry
              ? t('customers.expires', { method: methodText({ type: method.kind ?? 'card', brand: method.brand, last4: method.last4 }), date: expiry.text })
              : methodText({ type: method.kind ?? 'card', brand: method.brand, last4: method.last4 })}
          </span>
        ) : (
          t('customers.noMethod')
        )}
      </Figure>
    </dl>
  );
}

function Figure({ label, note, children }: { label: string; note?: string | null; children: React.ReactNode }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>
        {children}
        {note ? <span className="block text-meta text-fg-3">{note}</span> : null}
      </dd>
    </div>
  );
}

/** Each currency on its own line, the account's own first: they are never added up. */
function Several({ figures, own, format }: { figures: Customer['spend']; own: string | null; format: Format }) {
  const first = oneOfMany(figures, own)?.figure;
  if (!first) return <None />;
  return [first, ...figures.filter((figure) => figure !== first)].map(({ currency, amount, confirmed }) => (
    <span key={currency} className="block">
      <Money {...amountOf(amount, currency, confirmed)} locale={format.locale} />
    </span>
  ));
}
