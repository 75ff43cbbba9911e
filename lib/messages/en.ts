// All copy of the app in English, one file per area. Server code reads it through lib/messages/index.ts.
import { acts } from './en/acts.ts';
import { audit } from './en/audit.ts';
import { connect } from './en/connect.ts';
import { customers } from './en/customers.ts';
import { mail } from './en/mail.ts';
import { invoice } from './en/invoice.ts';
import { limits } from './en/limits.ts';
import { lists } from './en/lists.ts';
import { objects } from './en/objects.ts';
import { payments } from './en/payments.ts';
import { people } from './en/people.ts';
import { problem } from './en/problem.ts';
import { refund } from './en/refund.ts';
import { refunds } from './en/refunds.ts';
import { shell } from './en/shell.ts';
import { status } from './en/status.ts';
import { tables } from './en/tables.ts';

export const en = {
  ...acts,
  ...audit,
  ...connect,
  ...customers,
  ...invoice,
  ...limits,
  ...lists,
  ...mail,
  ...objects,
  ...payments,
  ...people,
  ...problem,
  ...refund,
  ...refunds,
  ...shell,
  ...status,
  ...tables,
} as const;
