// One sentence and its buttons for everything the server can answer, so that no outcome is left without a way on.
import { describe, expect, test } from 'vitest';
import { sayAnswer, sayOpen } from './say.ts';

const answer = (outcome: string, detail: string | null = null, holder: string | null = null) => ({ outcome, detail, holder, next: '/x' });

describe('what the merchant is told', () => {
  test.each([
    ['denied', null, 'You did not approve access. Nothing changed.', ['try_again', 'what_we_ask']],
    ['expired', null, 'That link was already used or is too old. Nothing changed.', ['start_again']],
    ['void', null, 'A newer attempt took the place of this one. Nothing changed.', ['start_again']],
    ['wrong_mode', null, 'That was a live account; you are in test data. Nothing changed.', ['switch_mode', 'try_again']],
    ['held_elsewhere', null, 'This Stripe account is in use in another workspace. We have written to its owner.', ['use_another']],
    ['awaiting_confirmation', null, 'Stripe has answered. One question is left.', ['go_on']],
    ['failed', 'invalid_scope', 'Stripe did not make the connection (invalid_scope). Nothing changed here.', ['try_again']],
    ['failed', 'no_answer', 'Stripe’s answer did not arrive, so nothing is connected here. Connect again.', ['try_again']],
    ['something new', null, 'Stripe did not make the connection (unknown). Nothing changed here.', ['try_again']],
  ])('%s %s', (outcome, detail, text, acts) => {
    expect(sayAnswer(answer(outcome, detail), 'test')).toMatchObject({ text, acts });
  });

  test('a holder is named only where the server names it', () => {
    expect(sayAnswer(answer('held_elsewhere', null, 'Fjord Post'), 'test').text).toContain('your workspace Fjord Post');
  });

  test('in live data the wrong mode is the other one', () => {
    expect(sayAnswer(answer('wrong_mode'), 'live').text).toBe('That was a test account; you are in live data. Nothing changed.');
  });

  test('a window that seems closed is no answer: the server still says open', () => {
    expect(sayOpen(true)).toMatchObject({ text: 'No answer from Stripe so far. Nothing is connected.', acts: ['open_again', 'this_tab'] });
    expect(sayOpen(false).acts).toEqual(['show', 'this_tab']);
  });
});
