// How the return page tells the page that waits, whatever became of the window's opener.
export const HEARD = 'heard';

export function channelOf(attempt: string): string {
  return `connect-${attempt}`;
}
