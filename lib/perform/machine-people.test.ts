// The machine among people and restores: withdrawn, decided and put back from a backup in any order, beside a Stripe whose every effect is known.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { next, SENDABLE_FOR_MS, type Evidence, type Facts, type Step } from './machine.ts';

const HOUR = 3_600_000;
const fresh: Facts = { state: 'queued', doubtFor: null, equal500s: 0, last500: null, checks: 0, refused: false, access: 'open' };
const after = (facts: Facts, evidence: Evidence) => {
  const { state, act, why } = next(facts, evidence);
  return [state, act, why];
};

describe('the rows of the table', () => {
  const doubtful: Facts = { ...fresh, state: 'unknown', doubtFor: 60_000 };
  const restored: Facts = { ...fresh, state: 'held', doubtFor: HOUR };
  test.each<[string, Facts, Evidence, unknown[]]>([
    ['withdrawn while queued', fresh, { kind: 'withdrawn' }, ['canceled', 'rest', undefined]],
    ['withdrawn while held', { ...fresh, state: 'held' }, { kind: 'withdrawn' }, ['canceled', 'rest', undefined]],
    ['not withdrawn once it may have gone out', doubtful, { kind: 'withdrawn' }, ['unknown', 'wait', undefined]],
    ['not withdrawn while it goes out', { ...fresh, state: 'sending', doubtFor: 1 }, { kind: 'withdrawn' }, ['sending', 'wait', undefined]],
    ['not withdrawn where a backup may hide that it went out', restored, { kind: 'withdrawn' }, ['held', 'wait', undefined]],
    ['not withdrawn when it is over', { ...fresh, state: 'succeeded' }, { kind: 'withdrawn' }, ['succeeded', 'rest', undefined]],
    ['a person found nothing', { ...doubtful, state: 'needs_review' }, { kind: 'decided_not' }, ['failed', 'rest', undefined]],
    ['a verdict over what nobody asked about', doubtful, { kind: 'decided_not' }, ['unknown', 'wait', undefined]],
    ['a verdict that comes second', { ...doubtful, state: 'succeeded' }, { kind: 'decided_not' }, ['succeeded', 'rest', undefined]],
    ['put back, not released', { ...restored, access: 'paused' }, { kind: 'due' }, ['held', 'wait', undefined]],
    ['put back, released: looked for first', restored, { kind: 'due' }, ['unknown', 'read', undefined]],
    ['put back, its connection over', { ...restored, access: 'ended' }, { kind: 'due' }, ['unknown', 'read', undefined]],
    ['no answer for 23 h', { ...doubtful, doubtFor: SENDABLE_FOR_MS }, { kind: 'absent' }, ['needs_review', 'rest', 'no_answer_23h']],
    ['three equal 500s', { ...doubtful, equal500s: 3, checks: 2 }, { kind: 'absent' }, ['needs_review', 'rest', 'equal_500s']],
    [
      'an act that reading settles, after 23 h',
      { ...doubtful, doubtFor: SENDABLE_FOR_MS, readingSettles: true },
      { kind: 'absent' },
      ['failed', 'rest', undefined],
    ],
    ['… after three equal 500s', { ...doubtful, equal500s: 3, checks: 2, readingSettles: true }, { kind: 'absent' }, ['failed', 'rest', undefined]],
    ['… while its key may still be sent', { ...doubtful, readingSettles: true }, { kind: 'absent' }, ['unknown', 'send', undefined]],
    ['other parameters', doubtful, { kind: 'key_mismatch' }, ['needs_review', 'rest', 'parameters']],
    ['access that ended', { ...doubtful, access: 'ended' }, { kind: 'absent' }, ['needs_review', 'rest', 'access_ended']],
    ['access that never came back', { ...doubtful, doubtFor: SENDABLE_FOR_MS }, { kind: 'no_access' }, ['needs_review', 'rest', 'access_ended']],
  ])('%s', (_name, facts, evidence, expected) => {
    expect(after(facts, evidence)).toEqual(expected);
  });
});

const answers = ['made', 'made_then_reset', 'reset', 'broken', 'too_fast', 'no_access', 'refused', 'dies_before', 'dies_after'] as const;
const acts = ['turn', 'turn', 'turn', 'withdraw', 'backup', 'restore', 'release', 'decide', 'pause', 'resume', 'hour', 'day'] as const;

describe('against a Stripe that counts its effects', () => {
  test('whoever withdraws, decides or restores: at most one effect, none of what was withdrawn, and an end that is true', () => {
    const seen = { withdrawn: 0, decided: 0, restored: 0, foundAfterRestore: 0 };
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...acts), { maxLength: 24 }),
        fc.array(fc.constantFrom(...answers), { maxLength: 12 }),
        fc.array(fc.constantFrom(true, true, false), { maxLength: 10 }),
        (script, posts, reads) => {
          const world = live(script, posts, reads);
          expect(world.effects, 'money moved').toBeLessThanOrEqual(1);
          expect(['succeeded', 'failed', 'canceled'], 'the end').toContain(world.state);
          expect(world.effects, 'the end is true').toBe(world.state === 'succeeded' ? 1 : 0);
          expect(world.sentAfterWithdrawing, 'withdrawn and sent').toBe(false);
          expect(world.sentTooLate, 'sent 23 h after the first try').toBe(false);
          for (const key of ['withdrawn', 'decided', 'restored', 'foundAfterRestore'] as const) seen[key] += world[key] ? 1 : 0;
        },
      ),
      { numRuns: 20_000 },
    );
    process.stdout.write(`the machine among people ${JSON.stringify(seen)}\n`);
    for (const count of Object.values(seen)) expect(count).toBeGreaterThan(50);
  });
});

type Row = Omit<Facts, 'doubtFor' | 'access'> & { firstSent: number | null };

/** A row, its backups, a person with two buttons, and Stripe's keys, which are forgotten after a day. */
function live(script: readonly (typeof acts)[number][], posts: readonly (typeof answers)[number][], reads: readonly boolean[]) {
  let row: Row = { ...fresh, firstSent: null };
  let kept: Row | null = null;
  let [now, effects, post, read] = [0, 0, 0, 0];
  let [paused, standsRestored] = [false, false];
  let firstPost: number | null = null;
  const key = { at: -Infinity, stored: null as 'made' | null };
  const seen = { withdrawn: false, decided: false, restored: false, foundAfterRestore: false, sentAfterWithdrawing: false, sentTooLate: false };
  let isWithdrawn = false;

  for (const act of script) play(act);
  paused = standsRestored = false;
  for (let turns = 0; turns < 60 && !['succeeded', 'failed', 'canceled'].includes(row.state); turns += 1) {
    turn();
    decide();
    now += HOUR;
  }
  return { ...seen, effects, state: row.state };

  function play(act: (typeof acts)[number]): void {
    if (act === 'turn') turn();
    if (act === 'withdraw') withdraw();
    if (act === 'decide') decide();
    if (act === 'backup') kept = row;
    if (act === 'restore' && kept) restore(kept);
    if (act === 'release') standsRestored = false;
    if (act === 'pause' || act === 'resume') paused = act === 'pause';
    now += act === 'day' ? 25 * HOUR : act === 'hour' ? HOUR : 1_000;
  }

  function facts(): Facts {
    return { ...row, doubtFor: row.firstSent === null ? null : now - row.firstSent, access: paused || standsRestored ? 'paused' : 'open' };
  }

  function take(step: Step): Step {
    row = { ...row, state: step.state, equal500s: step.equal500s, last500: step.last500, checks: step.checks, refused: step.refused };
    if (step.doubt === 'cleared') row = { ...row, firstSent: null };
    return step;
  }

  function turn(): void {
    let step = take(next(facts(), { kind: 'due' }));
    while (step.act === 'send' || step.act === 'read') {
      if (step.act === 'read') {
        step = take(next(facts(), look()));
        if (step.state === 'succeeded' && seen.restored) seen.foundAfterRestore = true;
        continue;
      }
      const firstTry = row.firstSent === null;
      row = { ...row, state: 'sending', firstSent: row.firstSent ?? now };
      const evidence = answer();
      if (evidence === 'died') return;
      step = take(next(firstTry ? { ...facts(), state: 'queued', doubtFor: null } : { ...facts(), state: 'unknown' }, evidence));
    }
  }

  function withdraw(): void {
    if (take(next(facts(), { kind: 'withdrawn' })).state !== 'canceled') return;
    isWithdrawn = true;
    seen.withdrawn = true;
  }

  /** Stripe is read first, as a verdict does. */
  function decide(): void {
    if (row.state !== 'needs_review') return;
    seen.decided = true;
    take(next(facts(), effects > 0 ? { kind: 'object', settled: 'succeeded' } : { kind: 'decided_not' }));
  }

  /** As mark-restored: what was open may have gone out at any time since it was asked. */
  function restore(backup: Row): void {
    seen.restored = true;
    standsRestored = true;
    isWithdrawn = false; // the backup knows nothing of it
    const open = ['queued', 'held', 'sending', 'unknown'].includes(backup.state);
    row = open ? { ...backup, state: 'held', firstSent: backup.firstSent ?? 0, checks: 0 } : backup;
  }

  function answer(): Evidence | 'died' {
    if (isWithdrawn) seen.sentAfterWithdrawing = true;
    const wish = posts[post++] ?? 'made';
    if (wish === 'too_fast') return { kind: 'rate_limited' };
    if (wish === 'no_access') return { kind: 'no_access' };
    if (firstPost !== null && now - firstPost >= SENDABLE_FOR_MS) seen.sentTooLate = true;
    if (wish === 'reset' || wish === 'dies_before' || wish === 'broken') {
      firstPost ??= now;
      return wish === 'dies_before' ? 'died' : wish === 'broken' ? { kind: 'broken', mark: '502' } : { kind: 'silent' };
    }
    if (now - key.at >= 24 * HOUR) key.stored = null;
    if (key.stored === null && wish === 'refused') return { kind: 'refused' };
    firstPost ??= now;
    if (key.stored === null) {
      key.at = now;
      key.stored = 'made';
      effects += 1;
    }
    if (wish === 'dies_after') return 'died';
    return wish === 'made_then_reset' ? { kind: 'silent' } : { kind: 'object', settled: 'succeeded' };
  }

  function look(): Evidence {
    if (reads[read++] === false) return { kind: 'unreadable' };
    return effects > 0 ? { kind: 'object', settled: 'succeeded' } : { kind: 'absent' };
  }
}
