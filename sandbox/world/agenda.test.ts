import fc from 'fast-check';
import { expect, test } from 'vitest';
import { newAgenda } from './agenda.ts';

test('acts come in order of time, and in the order of writing within one second', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 20 })), (times) => {
      const agenda = newAgenda();
      const done: [number, number][] = [];
      times.forEach((at, i) => agenda.add(at, () => done.push([at, i])));
      for (let entry = agenda.next(20); entry; entry = agenda.next(20)) entry.act();
      expect(done).toEqual(times.map((at, i): [number, number] => [at, i]).sort((a, b) => a[0] - b[0] || a[1] - b[1]));
    }),
  );
});

test('what lies after the end stays on the agenda', () => {
  const agenda = newAgenda();
  agenda.add(5, () => {});
  agenda.add(50, () => {});
  expect(agenda.next(10)?.at).toBe(5);
  expect(agenda.next(10)).toBeNull();
  expect(agenda.size()).toBe(1);
});
