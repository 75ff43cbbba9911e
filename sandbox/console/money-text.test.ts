import { expect, test } from 'vitest';
import { amountOf, moneyText } from './money-text.ts';

test.each([
  [123456, 'usd', '1,234.56 USD'],
  [-5, 'eur', '−0.05 EUR'],
  [1200, 'jpy', '1,200 JPY'],
  [12500, 'kwd', '12.500 KWD'],
  [0, 'kwd', '0.000 KWD'],
])('%i %s reads %s', (amount, currency, text) => expect(moneyText(amount, currency)).toBe(text));

test.each([
  ['12.5', 'usd', 1250],
  ['12,50', 'eur', 1250],
  ['1200', 'jpy', 1200],
  ['2.750', 'kwd', 2750],
  ['1.5', 'jpy', null],
  ['1.255', 'usd', null],
  ['0', 'usd', null],
  ['-3', 'usd', null],
  ['1e5', 'usd', null],
])('%s in %s is %s', (text, currency, amount) => expect(amountOf(text, currency)).toBe(amount));
