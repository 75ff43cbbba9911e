// The file keeps everything, and what fell due while the process was away is run when it comes back.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { ObjectType, Place } from './define.ts';
import { configOf } from './config.ts';
import { type Core, openCore } from './core.ts';
import { advance, runDue } from './runner.ts';

const seen: [string, number][] = [];
const thing: ObjectType = {
  object: 'thing',
  prefix: 'th',
  collection: 'things',
  indexes: ['colour', 'owner.id', 'tags'],
  listFilters: { colour: 'colour' },
  due: {
    ring: (place, id) => {
      seen.push([id, place.now]);
    },
    echo: (place, id) => {
      seen.push([id, place.now]);
      if (seen.length < 4) place.due('echo', id, place.now + 10);
    },
    breaks: () => {
      throw new Error('on purpose');
    },
  },
  reacts: { 'thing.made': (place, one) => void place.put({ ...one, heard: true }) },
};

let folder: string;
let core: Core;
const open = (): Core => openCore({ ...configOf({}), file: join(folder, 'x.sqlite') }, [thing]);
const inside = <T>(work: (place: Place) => T, livemode = false): T => core.within('acct_1', livemode, {}, work);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'store-'));
  core = open();
  seen.length = 0;
});
afterEach(() => {
  core.store.close();
  rmSync(folder, { recursive: true, force: true });
});

test('objects, deletions and the moved clock survive a restart', async () => {
  inside((place) => {
    place.put({ id: 'th_1', object: 'thing', created: place.now, colour: 'red' });
    place.put({ id: 'th_2', object: 'thing', created: place.now, colour: 'red' });
    place.remove('thing', 'th_2');
  });
  await advance(core, core.clock.now() + 5000);
  const before = core.clock.now();
  core.store.close();
  core = open();
  expect(core.clock.now()).toBeGreaterThanOrEqual(before);
  expect(inside((place) => [place.find('thing', 'th_1')?.colour, place.find('thing', 'th_2')])).toEqual(['red', null]);
});

test('a change of a promoted field moves the object between lists', () => {
  inside((place) => {
    place.put({ id: 'th_1', object: 'thing', created: 5, colour: 'red', owner: { id: 'a' }, tags: ['x', 'y'] });
    expect(place.all('thing', { colour: 'red', 'owner.id': 'a', tags: 'y' })).toHaveLength(1);
    place.put({ id: 'th_1', object: 'thing', created: 5, colour: 'blue', owner: { id: 'a' }, tags: ['y'] });
    expect(place.all('thing', { colour: 'red' })).toEqual([]);
    expect(place.all('thing', { tags: 'x' })).toEqual([]);
    expect(place.all('thing', { colour: 'blue', tags: 'y' })).toHaveLength(1);
    place.remove('thing', 'th_1');
    expect(place.all('thing', { colour: 'blue' })).toEqual([]);
    expect(() => place.all('thing', { size: 'big' })).toThrow('no index size');
  });
});

test('what throws leaves nothing, and what it was within goes on', () => {
  inside((place) => {
    place.put({ id: 'th_1', object: 'thing', created: 1 });
    expect(() =>
      inside((other) => {
        other.put({ id: 'th_2', object: 'thing', created: 1 });
        throw new Error('no');
      }),
    ).toThrow('no');
    place.put({ id: 'th_3', object: 'thing', created: 1 });
  });
  expect(inside((place) => place.all('thing').map(({ id }) => id))).toEqual(['th_3', 'th_1']);
});

test('modes and accounts see nothing of each other', () => {
  inside((place) => place.put({ id: 'th_1', object: 'thing', created: 1 }));
  expect(inside((place) => place.find('thing', 'th_1'), true)).toBeNull();
  expect(core.within('acct_2', false, {}, (place) => place.find('thing', 'th_1'))).toBeNull();
  expect(() => inside((place) => place.need('thing', 'th_1'), true)).toThrow('a similar object exists in test mode');
});

test('jobs run in order of time, each at its own second; again replaces, null takes off', async () => {
  const now = core.clock.now();
  inside((place) => {
    place.due('ring', 'late', now + 30);
    place.due('ring', 'early', now + 10);
    place.due('ring', 'moved', now + 5);
    place.due('ring', 'moved', now + 20);
    place.due('ring', 'dropped', now + 15);
    place.due('ring', 'dropped', null);
  });
  await advance(core, now + 60);
  expect(seen).toEqual([
    ['early', now + 10],
    ['moved', now + 20],
    ['late', now + 30],
  ]);
});

test('a job that orders itself again runs as often as the time passed asks for', async () => {
  const now = core.clock.now();
  inside((place) => place.due('echo', 'e', now + 10));
  await advance(core, now + 100);
  expect(seen.map(([, at]) => at - now)).toEqual([10, 20, 30, 40]);
});

test('what fell due while nobody ran is run at the start, at the second it was due', () => {
  const at = core.clock.now() - 100;
  inside((place) => place.due('ring', 'missed', at));
  core.store.close();
  core = open();
  runDue(core, core.clock.now());
  expect(seen).toEqual([['missed', at]]);
});

test('a job that breaks holds up no other', () => {
  const complaint = vi.spyOn(console, 'error').mockImplementation(() => {});
  const now = core.clock.now();
  inside((place) => {
    place.due('breaks', 'b', now - 2);
    place.due('ring', 'r', now - 1);
  });
  runDue(core, now);
  expect(seen).toEqual([['r', now - 1]]);
  expect(complaint).toHaveBeenCalledOnce();
  complaint.mockRestore();
});

test('other types hear of an event before emit returns', () => {
  inside((place) => {
    const one = place.put({ id: 'th_1', object: 'thing', created: 1 });
    place.emit('thing.made', one);
    expect(place.find('thing', 'th_1')?.heard).toBe(true);
  });
});
