// The operation machine: each row of its table, and properties against a Stripe whose every effect is known.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { faultsIn } from '#tests/oracle/operations.ts';
import { EQUAL_500S, next, SENDABLE_FOR_MS, type Evidence, type Facts, type State, type Step } from './machine.ts';

const HOUR = 3_600_000;
const fresh: Facts = { state: 'queued', doubtFor: null, equal500s: 0, last500: null, checks: 0, refused: false, access: 'open' };
const doubtful: Facts = { ...fresh, state: 'unknown', doubtFor: 60_000 };
const after = (facts: Facts, evidence: Evidence) => {
  const { state, act, doubt } = next(facts, evidence);
  return [state, act, doubt];
};

describe('the rows of the table', () => {
  test.each<[string, Facts, Evidence, State, Step['act'], Step['doubt']]>([
    ['a fresh one is sent', fresh, { kind: 'due' }, 'queued', 'send', 'kept'],
    ['2xx', fresh, { kind: 'object', settled: 'succeeded' }, 'succeeded', 'rest', 'kept'],
    ['2xx, pending', fresh, { kind: 'object', settled: 'accepted' }, 'accepted', 'wait', 'kept'],
    ['refused at the first try', fresh, { kind: 'refused' }, 'failed', 'rest', 'kept'],
    ['refused after a lost try', doubtful, { kind: 'refused' }, 'unknown', 'read', 'kept'],
    ['401 and 403 at the first try', fresh, { kind: 'no_access' }, 'held', 'wait', 'cleared'],
    ['401 and 403 after a lost try', doubtful, { kind: 'no_access' }, 'unknown', 'wait', 'kept'],
    ['access that never returns', { ...doubtful, doubtFor: SENDABLE_FOR_MS }, { kind: 'no_access' }, 'needs_review', 'rest', 'kept'],
    ['409: a call with this key is running', fresh, { kind: 'key_in_use' }, 'unknown', 'wait', 'kept'],
    ['other parameters under this key', doubtful, { kind: 'key_mismatch' }, 'needs_review', 'rest', 'kept'],
    ['429 at the first try', fresh, { kind: 'rate_limited' }, 'queued', 'wait', 'cleared'],
    ['429 after a lost try', doubtful, { kind: 'rate_limited' }, 'unknown', 'wait', 'kept'],
    ['too late to send, at the first try', fresh, { kind: 'late' }, 'queued', 'wait', 'cleared'],
    ['too late to send, after a lost try', doubtful, { kind: 'late' }, 'unknown', 'wait', 'kept'],
    ['5xx', fresh, { kind: 'broken', mark: '500 a' }, 'unknown', 'wait', 'kept'],
    ['timeout or reset', fresh, { kind: 'silent' }, 'unknown', 'wait', 'kept'],
    ['a dead process', { ...doubtful, state: 'sending' }, { kind: 'due' }, 'unknown', 'read', 'kept'],
    ['nothing found: the same key again', doubtful, { kind: 'absent' }, 'unknown', 'send', 'kept'],
    ['nothing found after a refusal', { ...doubtful, refused: true }, { kind: 'absent' }, 'failed', 'rest', 'kept'],
    ['nothing found at 23 h', { ...doubtful, doubtFor: SENDABLE_FOR_MS }, { kind: 'absent' }, 'needs_review', 'rest', 'kept'],
    ['nothing found just before 23 h', { ...doubtful, doubtFor: SENDABLE_FOR_MS - 1 }, { kind: 'absent' }, 'unknown', 'send', 'kept'],
    ['three equal 500s: no more sending', { ...doubtful, equal500s: EQUAL_500S }, { kind: 'absent' }, 'unknown', 'wait', 'kept'],
    ['nothing found three times after that', { ...doubtful, equal500s: EQUAL_500S, checks: 2 }, { kind: 'absent' }, 'needs_review', 'rest', 'kept'],
    ['a reading that failed', doubtful, { kind: 'unreadable' }, 'unknown', 'wait', 'kept'],
    ['paused before it was sent', { ...fresh, access: 'paused' }, { kind: 'due' }, 'held', 'wait', 'kept'],
    ['paused after a lost try', { ...doubtful, access: 'paused' }, { kind: 'due' }, 'unknown', 'wait', 'kept'],
    ['open again', { ...fresh, state: 'held' }, { kind: 'due' }, 'queued', 'send', 'kept'],
    ['reconnected since: never sent', { ...fresh, state: 'held', access: 'ended' }, { kind: 'due' }, 'canceled', 'rest', 'kept'],
    ['reconnected since: only read', { ...doubtful, access: 'ended' }, { kind: 'absent' }, 'needs_review', 'rest', 'kept'],
    ['pending: asked for again', { ...fresh, state: 'accepted' }, { kind: 'due' }, 'accepted', 'poll', 'kept'],
    ['pending: a poll that failed', { ...fresh, state: 'accepted' }, { kind: 'unreadable' }, 'accepted', 'wait', 'kept'],
    ['failed after it succeeded', { ...fresh, state: 'succeeded' }, { kind: 'object', settled: 'failed' }, 'failed', 'rest', 'kept'],
    ['in review, then seen at Stripe', { ...doubtful, state: 'needs_review' }, { kind: 'object', settled: 'succeeded' }, 'succeeded', 'rest', 'kept'],
  ])('%s', (_name, facts, evidence, state, act, doubt) => {
    expect(after(facts, evidence)).toEqual([state, act, doubt]);
  });

  test('only equal 500s in a row count', () => {
    const marks = ['500 a', '500 a', '502 b', '500 a', '500 a', '500 a'];
    let facts = doubtful;
    const counts = marks.map((mark) => {
      const step = next(facts, { kind: 'broken', mark });
      facts = { ...facts, equal500s: step.equal500s, last500: step.last500 };
      return step.equal500s;
    });
    expect(counts).toEqual([1, 2, 1, 1, 2, 3]);
  });

  test('a mismatch of parameters, and an object for what was thought over, raise an alarm', () => {
    expect(next(doubtful, { kind: 'key_mismatch' }).alarm).toBeDefined();
    expect(next({ ...fresh, state: 'failed' }, { kind: 'object', settled: 'succeeded' }).alarm).toBeDefined();
  });
});

const answers = [
  'made',
  'made_then_reset',
  'made_then_500',
  'reset',
  'broken',
  'stored_500',
  'hang',
  'in_use',
  'too_fast',
  'no_access',
  'refused',
  'dies_before',
  'dies_after',
] as const;
const readings = ['true', 'true', 'fails', 'no_access'] as const;
const waits = [1_000, 30_000, 30 * 60_000, 5 * HOUR, 23 * HOUR, 25 * HOUR] as const;

describe('against a Stripe that counts its effects', () => {
  test('whatever is lost, at most one effect; nothing is called over that is not; the end is definite', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...answers), { maxLength: 14 }),
        fc.array(fc.constantFrom(...readings), { maxLength: 10 }),
        fc.array(fc.constantFrom(...waits), { minLength: 40, maxLength: 40 }),
        fc.array(fc.constantFrom<Facts['access']>('open', 'open', 'open', 'paused', 'ended'), { maxLength: 12 }),
        (posts, reads, pauses, accesses) => {
          const world = simulate(posts, reads, pauses, accesses);
          expect(faultsIn({ operation: 'one', end: world.state, posts: world.sent, made: world.effects, undone: 0 }, true)).toEqual([]);
          expect(world.sentTooLate, 'sent after 23 h').toBe(false);
          expect(world.sentAfterThree, 'sent after three equal 500s').toBe(false);
        },
      ),
      { numRuns: 20_000 },
    );
  });
});

/** Stripe's key store and effects, a process that may die, and a row; the checks look only at what Stripe and the wire saw. */
function simulate(
  posts: readonly (typeof answers)[number][],
  reads: readonly (typeof readings)[number][],
  pauses: readonly number[],
  accesses: readonly Facts['access'][],
) {
  let now = 0;
  let effects = 0;
  const keys = { at: -Infinity, stored: null as 'made' | '500' | 'refused' | null };
  const seen = { inDoubtSince: null as number | null, equal: 0 };
  const result = { sentTooLate: false, sentAfterThree: false };
  const sent: { key: string; at: number }[] = [];
  let row = { ...fresh, firstSent: null as number | null };
  let [post, read, pause, access] = [0, 0, 0, 0];

  for (let turns = 0; turns < 200; turns += 1) {
    const facts = (): Facts => ({ ...row, doubtFor: row.firstSent === null ? null : now - row.firstSent, access: accesses[access] ?? 'open' });
    let step = take(next(facts(), { kind: 'due' }));
    while (step.act === 'send' || step.act === 'read') {
      if (step.act === 'read') step = take(next(facts(), doRead()));
      else {
        const firstTry = row.firstSent === null;
        row = { ...row, state: 'sending', firstSent: row.firstSent ?? now };
        const evidence = doPost();
        if (evidence === 'died') break;
        step = take(next(firstTry ? { ...facts(), state: 'queued', doubtFor: null } : { ...facts(), state: 'unknown' }, evidence));
      }
    }
    if (step.act === 'rest') break;
    access += 1;
    now += pauses[pause++ % pauses.length]!;
  }
  return { ...result, sent, effects, state: row.state };

  function take(step: Step): Step {
    row = { ...row, state: step.state, equal500s: step.equal500s, last500: step.last500, checks: step.checks, refused: step.refused };
    if (step.doubt === 'cleared') row.firstSent = null;
    return step;
  }

  function doPost(): Evidence | 'died' {
    if (seen.inDoubtSince !== null && now - seen.inDoubtSince >= 23 * HOUR) result.sentTooLate = true;
    if (seen.equal >= 3) result.sentAfterThree = true;
    const wish = posts[post++] ?? 'made';
    // What proves that nothing ran leaves no key behind; what was cut on the way may not have come.
    if (!['too_fast', 'no_access', 'reset', 'dies_before'].includes(wish)) sent.push({ key: 'one', at: now });
    if (now - keys.at >= 24 * HOUR) keys.stored = null;
    if (wish === 'too_fast') return { kind: 'rate_limited' };
    if (wish === 'no_access') return { kind: 'no_access' };
    if (wish === 'reset' || wish === 'dies_before') return lost(wish);
    if (wish === 'in_use') return doubt({ kind: 'key_in_use' });
    if (wish === 'broken') return fivehundred('502');
    if (keys.stored === null) {
      keys.at = now;
      keys.stored = wish === 'stored_500' ? '500' : wish === 'refused' ? 'refused' : wish === 'made_then_500' ? '500' : 'made';
      if (keys.stored === 'made' || wish === 'made_then_500') effects += 1;
    }
    if (wish === 'made_then_reset' || wish === 'hang' || wish === 'dies_after') return lost(wish);
    if (keys.stored === '500') return fivehundred('500 stored');
    if (keys.stored === 'refused') return { kind: 'refused' };
    return { kind: 'object', settled: 'succeeded' };
  }

  function lost(wish: string): Evidence | 'died' {
    doubt({ kind: 'silent' });
    return wish.startsWith('dies') ? 'died' : { kind: 'silent' };
  }

  function fivehundred(mark: string): Evidence {
    seen.equal = row.last500 === mark ? seen.equal + 1 : 1;
    return doubt({ kind: 'broken', mark });
  }

  function doubt(evidence: Evidence): Evidence {
    seen.inDoubtSince ??= now;
    return evidence;
  }

  function doRead(): Evidence {
    const wish = reads[read++] ?? 'true';
    if (wish === 'fails') return { kind: 'unreadable' };
    if (wish === 'no_access') return { kind: 'no_access' };
    return effects > 0 ? { kind: 'object', settled: 'succeeded' } : { kind: 'absent' };
  }
}
