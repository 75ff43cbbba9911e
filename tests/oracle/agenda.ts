// Simulated time: what is to happen, in order of its moment, and what was put down first of two at one moment.

export type Agenda = { readonly now: number; at: (moment: number, what: () => void) => void; run: () => void };

type Entry = { readonly moment: number; readonly place: number; readonly what: () => void };

/** A binary heap. Nothing happens before `run`, which returns when nothing is left to happen. */
export function makeAgenda(): Agenda {
  const heap: Entry[] = [];
  let [now, placed] = [0, 0];
  return {
    get now() {
      return now;
    },
    at: (moment, what) => {
      placed += 1;
      heap.push({ moment: Math.max(moment, now), place: placed, what });
      rise(heap.length - 1);
    },
    run: () => {
      for (let first = pop(); first; first = pop()) {
        now = first.moment;
        first.what();
      }
    },
  };

  function pop(): Entry | undefined {
    const first = heap[0];
    const last = heap.pop();
    if (heap.length > 0 && last) {
      heap[0] = last;
      sink();
    }
    return first;
  }

  function rise(from: number): void {
    for (let at = from, up = (at - 1) >> 1; at > 0 && isBefore(heap[at]!, heap[up]!); at = up, up = (at - 1) >> 1) swap(at, up);
  }

  function sink(): void {
    for (let at = 0; ; ) {
      const [left, right] = [2 * at + 1, 2 * at + 2];
      const least = right < heap.length && isBefore(heap[right]!, heap[left]!) ? right : left;
      if (left >= heap.length || !isBefore(heap[least]!, heap[at]!)) return;
      swap(at, least);
      at = least;
    }
  }

  function swap(a: number, b: number): void {
    [heap[a], heap[b]] = [heap[b]!, heap[a]!];
  }
}

function isBefore(a: Entry, b: Entry): boolean {
  return a.moment < b.moment || (a.moment === b.moment && a.place < b.place);
}
