import { describe, expect, test } from 'vitest';
import { keyOf, type Ref } from './owe.ts';
import { MANY, planJobs } from './plan.ts';

const ref = (type: string, id: string): Ref => ({ type, id });
const brings = (map: Record<string, Ref[]>) => new Map(Object.entries(map));

describe('planJobs', () => {
  test('a payment’s three owed objects cost one fetch', () => {
    const [pi, ch, txn] = [ref('payment_intent', 'pi_1'), ref('charge', 'ch_1'), ref('balance_transaction', 'txn_1')];
    const jobs = planJobs([txn, ch, pi], brings({ [keyOf(pi)]: [ch, txn], [keyOf(ch)]: [txn] }));
    expect(jobs).toEqual([{ how: 'one', roots: [pi], with: [ch, txn] }]);
  });

  test('who waits longest is asked for first, in the reply that brings most', () => {
    const [method, pi, ch] = [ref('payment_method', 'pm_1'), ref('payment_intent', 'pi_1'), ref('charge', 'ch_1')];
    const jobs = planJobs([method, ch, pi], brings({ [keyOf(pi)]: [ch] }));
    expect(jobs.map((job) => job.roots[0])).toEqual([method, pi]);
  });

  test('every owed object is in exactly one job', () => {
    const due = Array.from({ length: 30 }, (_, index) => ref(['charge', 'refund', 'invoice'][index % 3]!, `x_${index}`));
    const jobs = planJobs(due, brings({ [keyOf(due[0]!)]: [due[1]!, due[2]!], [keyOf(due[3]!)]: [due[1]!] }));
    expect(
      jobs
        .flatMap((job) => [...job.roots, ...job.with])
        .map(keyOf)
        .sort(),
    ).toEqual(due.map(keyOf).sort());
  });

  test('a crowd of one type is read by list pages, its lists and small types one by one', () => {
    const crowd = Array.from({ length: MANY + 1 }, (_, index) => ref('charge', `ch_${index}`));
    const jobs = planJobs([...crowd, ref('charge', '?payment_intent=pi_1'), ref('refund', 're_1')], new Map());
    expect(jobs.map((job) => [job.how, job.roots.length])).toEqual([
      ['pages', MANY + 1],
      ['one', 1],
      ['one', 1],
    ]);
  });

  test('a type without a list of its own is never read by pages', () => {
    const crowd = Array.from({ length: MANY + 10 }, (_, index) => ref('payment_method', `pm_${index}`));
    expect(planJobs(crowd, new Map()).every((job) => job.how === 'one')).toBe(true);
  });
});
