// Why an event could not be handled, in plain words. The database's and our own words stay beside it for whoever repairs it.
import { t } from '#lib/messages/index.ts';

const causes = [
  [/deadlock|serializ|lock timeout|statement timeout|canceling statement/i, 'connect.deadBusy'],
  [/stack depth|nested|call stack/i, 'connect.deadDeep'],
  [/invalid input syntax|out of range|violates|too large|too long|unicode|malformed/i, 'connect.deadForm'],
] as const;

export function whyDead(error: string): string {
  return t(causes.find(([pattern]) => pattern.test(error))?.[1] ?? 'connect.deadOurs');
}
