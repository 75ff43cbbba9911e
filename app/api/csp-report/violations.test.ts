import { expect, test } from 'vitest';
import { violationsIn } from './violations.ts';

test('both forms of report give directive and origins, and nothing a person read', () => {
  const page = 'https://app.example/harbor/live/customers/cus_1?q=ann@example.com';
  const expected = [{ directive: 'script-src-elem', blocked: 'https://evil.example', page: 'https://app.example' }];
  expect(
    violationsIn(
      JSON.stringify([
        {
          type: 'csp-violation',
          body: { effectiveDirective: 'script-src-elem', blockedURL: 'https://evil.example/x.js', documentURL: page, sample: 'secret' },
        },
      ]),
    ),
  ).toEqual(expected);
  expect(
    violationsIn(
      JSON.stringify({ 'csp-report': { 'effective-directive': 'script-src-elem', 'blocked-uri': 'https://evil.example/x.js', 'document-uri': page } }),
    ),
  ).toEqual(expected);
  expect(violationsIn(JSON.stringify({ 'csp-report': { 'violated-directive': 'img-src', 'blocked-uri': 'inline' } }))).toEqual([
    { directive: 'img-src', blocked: 'inline', page: '' },
  ]);
});

test('what is no report is said to be none, and a flood in one body is cut', () => {
  for (const text of ['', 'x', '7', '"a"', 'null', '{}', '{"__proto__":{"csp-report":1}}']) expect(violationsIn(text), text).toBeNull();
  expect(violationsIn('[1,null,{"body":null},{"body":{"effectiveDirective":9}}]')).toEqual([]);
  expect(violationsIn(JSON.stringify(Array.from({ length: 500 }, () => ({ body: { effectiveDirective: 'img-src' } }))))).toHaveLength(10);
});
