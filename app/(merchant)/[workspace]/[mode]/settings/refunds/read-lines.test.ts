// The form of limits, read: per locale and exponent, an error at each field that is wrong, and never a figure that nobody typed.
import { describe, expect, test } from 'vitest';
import { readLines } from './read-lines.ts';

const form = (fields: Record<string, string | string[]>) => {
  const data = new FormData();
  for (const [name, values] of Object.entries(fields)) for (const value of [values].flat()) data.append(name, value);
  return data;
};
const limits = (fields: Record<string, string | string[]>, locale = 'en') => readLines(form(fields), ['each', 'day'], locale);
const none = { above: null };

describe('lines', () => {
  test('are read in the currency’s own exponent and the locale’s own marks', () => {
    expect(limits({ currency: ['eur', 'jpy', 'kwd'], 'each.eur': '1,250.50', 'day.eur': '2000', 'each.jpy': '20,000', 'each.kwd': '1.250' })).toEqual({
      ok: true,
      lines: [
        { currency: 'eur', figures: { each: 125_050n, day: 200_000n, ...none } },
        { currency: 'jpy', figures: { each: 20_000n, day: null, ...none } },
        { currency: 'kwd', figures: { each: 1_250n, day: null, ...none } },
      ],
    });
    expect(limits({ currency: 'eur', 'each.eur': '1.250,50' }, 'de')).toMatchObject({ lines: [{ figures: { each: 125_050n } }] });
  });

  test('with both figures emptied are taken away, and 0 is a limit', () => {
    expect(limits({ currency: 'eur', 'each.eur': ' ', 'day.eur': '' })).toMatchObject({ ok: true, lines: [{ figures: { each: null, day: null } }] });
    expect(limits({ currency: 'eur', 'each.eur': '0' })).toMatchObject({ ok: true, lines: [{ figures: { each: 0n } }] });
  });

  test('may have one added', () => {
    expect(limits({ newCurrency: 'usd', 'each.new': '5', 'day.new': '50' })).toEqual({
      ok: true,
      lines: [{ currency: 'usd', figures: { each: 500n, day: 5_000n, ...none } }],
    });
    expect(limits({ newCurrency: '' })).toEqual({ ok: true, lines: [] });
  });
});

describe('an error stands at its field', () => {
  test.each<[string, Record<string, string | string[]>, Record<string, RegExp>]>([
    ['words', { currency: 'eur', 'each.eur': 'ten' }, { 'each.eur': /figures/ }],
    ['a third decimal', { currency: 'eur', 'each.eur': '1.005' }, { 'each.eur': /EUR has 2 decimals/ }],
    ['decimals of a currency without any', { currency: 'jpy', 'day.jpy': '1.5' }, { 'day.jpy': /JPY has no decimals/ }],
    ['less than nothing', { currency: 'eur', 'each.eur': '-1' }, { 'each.eur': /0 or more/ }],
    ['too much', { currency: 'eur', 'each.eur': '99999999999999999' }, { 'each.eur': /15 digits/ }],
    ['more each time than a day', { currency: 'eur', 'each.eur': '20', 'day.eur': '10' }, { 'each.eur': /day’s limit/ }],
    ['an amount of no currency', { 'each.new': '5' }, { newCurrency: /currency/ }],
    ['a currency of no amount', { newCurrency: 'usd' }, { 'each.new': /USD/ }],
    ['a currency twice', { currency: 'usd', newCurrency: 'usd', 'each.new': '5' }, { newCurrency: /USD has a line/ }],
    ['a currency that is none', { newCurrency: 'zzz', 'each.new': '5' }, { newCurrency: /currency/ }],
    ['the name of a property', { newCurrency: '__proto__', 'each.new': '5' }, { newCurrency: /currency/ }],
  ])('%s', (_, fields, errors) => {
    const read = limits(fields);
    if (read.ok) throw new Error('It was taken.');
    expect(Object.keys(read.errors)).toEqual(Object.keys(errors));
    for (const [name, text] of Object.entries(errors)) expect(read.errors[name]).toMatch(text);
  });

  test('a password amount cannot be left empty', () => {
    const read = readLines(form({ currency: 'eur', 'above.eur': '' }), ['above'], 'en', 'above');
    expect(read).toEqual({ ok: false, errors: { 'above.eur': 'Enter an amount.' } });
  });

  test('codes that nobody could have been shown are passed over, and so is a thousandth line', () => {
    expect(limits({ currency: ['EUR', 'zzz', '../..', 'eur\u0000'], 'each.EUR': '5' })).toEqual({ ok: true, lines: [] });
    expect(limits({ currency: Array.from({ length: 1_000 }, () => 'eur'), 'each.eur': '5' })).toMatchObject({ lines: [{ currency: 'eur' }] });
  });
});
