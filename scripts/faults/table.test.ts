import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { rowsOf, table } from './table.ts';

const folder = mkdtempSync(join(tmpdir(), 'counterpart-table-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const scenario = { file: 'tests/faults/storm.test.ts', names: ['F1'] };
const passed = (fullName: string) => ({ fullName, status: 'passed', duration: 500 });
const failed = (fullName: string, why: string) => ({ fullName, status: 'failed', duration: 500, failureMessages: [why] });
const rows = (tests: readonly object[], code: number) => {
  const report = join(folder, 'report.json');
  writeFileSync(report, JSON.stringify({ testResults: [{ assertionResults: tests }] }));
  return rowsOf(scenario, report, code, 7).map(({ scenario: name, seed, end }) => [name, seed, end]);
};

describe('one row for each scenario and seed', () => {
  test('passes when all of its tests pass', () => {
    expect(rows([passed('F1 with seed 11 a'), passed('F1 with seed 12 a'), passed('F1 with seed 12 b')], 0)).toEqual([
      ['F1', '11', 'passed'],
      ['F1', '12', 'passed'],
    ]);
  });

  test('is void when only faults that did not fire speak against it, and failed when anything else does', () => {
    const missed = 'Void: drops fired 0 times, not 5\n    at …';
    expect(
      rows([failed('F1 with seed 11', missed), failed('F1 with seed 12 a', missed), failed('F1 with seed 12 b', 'AssertionError: 1 is not 0')], 1),
    ).toEqual([
      ['F1', '11', 'void'],
      ['F1', '12', 'failed'],
    ]);
  });

  test.each([
    ['nothing was told', [], 1],
    ['no test ran', [{ fullName: 'F1', status: 'skipped' }], 0],
    ['all passed and the run failed all the same', [passed('F1')], 1],
  ] as const)('the file fails as a whole when %s', (_what, tests, code) => {
    expect(rows(tests, code).at(-1)).toEqual(['F1 (tests/faults/storm.test.ts as a whole)', '–', 'failed']);
  });

  test('the file fails as a whole when there is no report', () => {
    expect(rowsOf(scenario, join(folder, 'nothing.json'), 0, 7)).toMatchObject([{ end: 'failed' }]);
  });

  test('stands in a table', () => {
    expect(table([{ scenario: 'F1', seed: '11', end: 'void', tests: 2, seconds: 1.25 }]).split('\n')[1]).toMatch(/^F1 +11 +void +2 +1\.3$/);
  });
});
