// What an invoice bills, and below it to the right what it comes to.
import { Money } from '#components/object/money.tsx';
import { dayDate, type Format } from '#components/object/format.ts';
import { Panel } from '#components/ui/panel.tsx';
import { SummaryList } from '#components/ui/definition-list.tsx';
import { valuesAt } from '#lib/catalogue/define.ts';
import { t } from '#lib/messages/index.ts';
import type { InvoiceWhole, Line } from '#lib/read/desk/invoice.ts';
import { amountOf } from '../../_desk/figures.ts';
import { minorOf, sumsOf, unitText } from './sums.ts';

export function InvoiceLines({ invoice, format }: { invoice: InvoiceWhole; format: Format }) {
  const { lines, moreLines, currency, copy } = invoice;
  return (
    <Panel title={t('invoice.lines')} id="lines" flush className="min-w-0">
      {lines.length === 0 ? (
        <p className="px-4 py-3 text-fg-3">{t('invoice.linesNone')}</p>
      ) : (
        <div className="inner-table" role="group" aria-label={t('invoice.lines')} tabIndex={0}>
          <table>
            <caption className="sr-only">{t('invoice.lines')}</caption>
            <thead>
              <tr>
                <th scope="col">{t('invoice.line.description')}</th>
                <th scope="col">{t('invoice.line.period')}</th>
                <th scope="col" data-figure>
                  {t('invoice.line.quantity')}
                </th>
                <th scope="col" data-figure>
                  {t('invoice.line.unit')}
                </th>
                <th scope="col" data-figure>
                  {t('invoice.line.tax')}
                </th>
                <th scope="col" data-figure>
                  {t('invoice.line.amount')}
                </th>
              </tr>
            </thead>
            <tbody>
              {lines.map((line) => (
                <LineRow key={line.id} line={line} format={format} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      {moreLines ? <p className="border-t border-line px-4 py-3 text-fg-3">{t('invoice.linesFirst', { count: lines.length })}</p> : null}
      <div className="invoice-sums">
        <SummaryList
          lines={sumsOf(copy.data).map(({ key, amount, total }) => ({
            term: t(key),
            value: <Money {...amountOf(amount, currency, copy.confirmed)} locale={format.locale} />,
            ...(total ? { total } : {}),
          }))}
        />
      </div>
    </Panel>
  );
}

function LineRow({ line: { data, amount, currency }, format }: { line: Line; format: Format }) {
  const description = valuesAt(data, 'description')[0];
  const quantity = valuesAt(data, 'quantity')[0];
  const taxes = valuesAt(data, 'taxes[].amount').reduce<bigint>((sum, value) => sum + minorOf(value), 0n);
  return (
    <tr>
      <th scope="row">
        {typeof description === 'string' && description !== '' ? <span>{description}</span> : <span className="text-fg-3">{t('invoice.line.nameless')}</span>}
      </th>
      <td>{periodText(data, format) ?? <None />}</td>
      <td data-figure>{typeof quantity === 'number' ? quantity.toLocaleString(format.locale) : <None />}</td>
      <td data-figure>{unitText(valuesAt(data, 'pricing.unit_amount_decimal')[0], currency, format.locale) ?? <None />}</td>
      <td data-figure>{taxes === 0n ? <None /> : <Money {...amountOf(taxes, currency)} locale={format.locale} />}</td>
      <td data-figure>
        <Money {...amountOf(amount, currency)} locale={format.locale} />
      </td>
    </tr>
  );
}

/** One day where it begins and ends on the same. */
function periodText(data: Line['data'], format: Format): string | null {
  const [start, end] = ['period.start', 'period.end'].map((path) => valuesAt(data, path)[0]);
  if (typeof start !== 'number' || typeof end !== 'number') return null;
  const [from, to] = [start, end].map((at) => dayDate(new Date(at * 1000).toISOString(), format));
  return from === to ? from! : `${from} – ${to}`;
}

export function None() {
  return (
    <span role="img" aria-label={t('objects.none')}>
      –
    </span>
  );
}
