// What a running sandbox is made of, as orders and pages get to work with it.
import type { Core } from '../core/core.ts';
import type { Delivery } from '../delivery/engine.ts';
import type { MailBox } from '../mail/box.ts';
import type { Grants } from '../oauth/grants.ts';
import type { RateLimits } from '../wire/rate-limits.ts';
import type { RequestLog } from '../wire/request-log.ts';
import type { Faults } from './faults.ts';

export type Sandbox = {
  core: Core;
  grants: Grants;
  faults: Faults;
  rates: RateLimits;
  log: RequestLog;
  delivery: Delivery;
  box: MailBox;
  url: string;
  smtp: string | null;
  close(): Promise<void>;
};
