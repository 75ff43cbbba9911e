// What is to happen, in order of time; what was written down first goes first within one second.
export type Agenda = {
  add(at: number, act: () => void): void;
  /** The next act due by `until`, taken off; null when there is none. */
  next(until: number): { at: number; act: () => void } | null;
  size(): number;
};

type Entry = { at: number; seq: number; act: () => void };

export function newAgenda(): Agenda {
  const heap: Entry[] = [];
  let seq = 0;
  return {
    add(at, act) {
      heap.push({ at: Math.floor(at), seq: seq++, act });
      up(heap, heap.length - 1);
    },
    next(until) {
      const first = heap[0];
      if (!first || first.at > until) return null;
      const last = heap.pop();
      if (last && heap.length) {
        heap[0] = last;
        down(heap);
      }
      return first;
    },
    size: () => heap.length,
  };
}

const before = (a: Entry, b: Entry): boolean => a.at < b.at || (a.at === b.at && a.seq < b.seq);

function up(heap: Entry[], at: number): void {
  for (let i = at; i > 0; ) {
    const parent = (i - 1) >> 1;
    if (!swapIfLess(heap, i, parent)) return;
    i = parent;
  }
}

function down(heap: Entry[]): void {
  for (let i = 0; ; ) {
    const left = 2 * i + 1;
    const right = left + 1;
    const l = heap[left];
    const r = heap[right];
    if (!l) return;
    const least = r && before(r, l) ? right : left;
    if (!swapIfLess(heap, least, i)) return;
    i = least;
  }
}

function swapIfLess(heap: Entry[], child: number, parent: number): boolean {
  const c = heap[child];
  const p = heap[parent];
  if (!c || !p || !before(c, p)) return false;
  heap[child] = p;
  heap[parent] = c;
  return true;
}
