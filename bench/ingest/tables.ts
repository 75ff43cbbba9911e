// The result as a person reads it, and the bar it has to clear.
import type { Latency } from './latency.ts';
import type { Confirmed, Delivered } from './states.ts';
import type { Throughput } from './throughput.ts';

export function throughputTable(rounds: readonly Throughput[]): string {
  return table(
    ['side', 'acknowledged/s', 'applied/s', 'CPU ms/event', 'own', 'PostgreSQL', 'kept', 'load average'],
    rounds.map((one) => [
      one.side,
      one.accepted.toFixed(0),
      one.applied.toFixed(0),
      cpuOf(one).toFixed(2),
      one.app.toFixed(2),
      one.server.toFixed(2),
      one.durable,
      one.load,
    ]),
  );
}

export function latencyTable(rounds: readonly Latency[]): string {
  return table(
    ['side', 'arrivals/s', 'p50 ms', 'p99 ms', 'most ms', 'pages/s', 'load average'],
    rounds.map((one) => [one.side, one.rate.toFixed(0), one.p50.toFixed(1), one.p99.toFixed(1), one.most.toFixed(1), one.pages.toFixed(1), one.load]),
  );
}

export function stateTable(states: readonly Delivered[], confirmed: Confirmed): string {
  const rows = states.map((one) => [one.how, one.side, `${percent(one)} %`, `${one.right} of ${one.compared}`, String(one.unknown), one.first]);
  const apart = `Confirmations, counted apart: ${confirmed.owed} owed, ${confirmed.calls} calls, ${confirmed.seconds.toFixed(1)} s, ${(confirmed.cpu / Math.max(1, confirmed.calls)).toFixed(2)} ms of processor a call`;
  return `${apart}\n${table(['delivery', 'side', 'right', 'objects', 'not mirrored', 'first wrong'], rows)}`;
}

export type Ratios = { readonly accepted: number; readonly applied: number; readonly cpu: number };

/** Ratios round by round, ours to the peer's, and their medians. */
export function bar(rounds: readonly Throughput[], states: readonly Delivered[]): { ratios: Ratios; lines: string[] } {
  const [ours, peers] = [rounds.filter((one) => one.side === 'counterpart'), rounds.filter((one) => one.side === 'peer')];
  const ratio = (of: (one: Throughput) => number) => median(ours.map((one, index) => of(one) / of(peers[index]!)));
  const ratios = { accepted: ratio((one) => one.accepted), applied: ratio((one) => one.applied), cpu: ratio(cpuOf) };
  const wrong = states.filter((one) => one.side === 'counterpart' && one.right < one.compared);
  return {
    ratios,
    lines: [
      verdict('acknowledged events a second', `${ratios.accepted.toFixed(2)} × the peer's (bar 2)`, ratios.accepted >= 2),
      verdict('applied events a second', `${ratios.applied.toFixed(2)} × the peer's (bar 2)`, ratios.applied >= 2),
      verdict('processor time an event', `${ratios.cpu.toFixed(2)} × the peer's (bar 0.5)`, ratios.cpu <= 0.5),
      ...(states.length > 0
        ? [verdict('right final states', wrong.length === 0 ? '100 %' : wrong.map((one) => `${percent(one)} % ${one.how}`).join(', '), wrong.length === 0)]
        : []),
    ],
  };
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle]! : ((sorted[middle - 1] ?? Number.NaN) + (sorted[middle] ?? Number.NaN)) / 2;
}

function cpuOf(one: Throughput): number {
  return one.app + one.server;
}

function percent({ right, compared }: { right: number; compared: number }): string {
  return ((100 * right) / compared).toFixed(2);
}

function verdict(what: string, figure: string, met: boolean): string {
  return `${met ? 'met   ' : 'missed'}  ${what}: ${figure}`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((name, column) => Math.max(name.length, ...rows.map((row) => row[column]!.length)));
  return [
    '',
    ...[head, ...rows].map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column]!))
        .join('  ')
        .trimEnd(),
    ),
    '',
  ].join('\n');
}
