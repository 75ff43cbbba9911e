// Processor time of processes as Linux counts it: user and system, in milliseconds, with what their ended children took.
import { readdirSync, readFileSync } from 'node:fs';

/** Linux counts in ticks of 10 ms wherever USER_HZ is what it has been for decades. */
const TICK_MS = 10;

export function cpuOf(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => sum + own(pid) + ended(pid), 0);
}

/** A PostgreSQL server: the postmaster, all that run under it now, and all that did. */
export function cpuOfServer(postmaster: number): number {
  return childrenOf(postmaster).reduce((sum, pid) => sum + own(pid) + ended(pid), own(postmaster) + ended(postmaster));
}

export function loadAverage(): string {
  return readFileSync('/proc/loadavg', 'utf8').split(' ').slice(0, 2).join(' ');
}

function childrenOf(parent: number): number[] {
  return readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) && stat(Number(name))?.[1] === String(parent) ? [Number(name)] : []));
}

function own(pid: number): number {
  const fields = stat(pid);
  return fields ? (Number(fields[11]) + Number(fields[12])) * TICK_MS : 0;
}

function ended(pid: number): number {
  const fields = stat(pid);
  return fields ? (Number(fields[13]) + Number(fields[14])) * TICK_MS : 0;
}

/** The fields from the third on: the second, a name in parentheses, may hold anything. */
function stat(pid: number): string[] | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return text.slice(text.lastIndexOf(')') + 2).split(' ');
  } catch {
    return null; // it has ended
  }
}
