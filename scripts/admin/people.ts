// Persons: made, let in again, and put out.
import { randomBytes } from 'node:crypto';
import { createPerson, endSessions, findPerson, markVerified, setPassword } from '#lib/access/person.ts';
import type { Command } from './command.ts';

export const peopleCommands = {
  'create-user': {
    usage: '--email <address> --name <name> [--password <password>]',
    as: 'owner',
    async run({ email = '', name = '', password = randomPassword() }) {
      const person = await createPerson({ email, name, password });
      return [`Made ${person.email}, confirmed.`, `Password: ${password}`];
    },
  },
  'reset-password': {
    usage: '--email <address> [--password <password>]',
    as: 'owner',
    async run({ email = '', password = randomPassword() }) {
      const person = await findPerson(email);
      await setPassword(person, password);
      return [`${person.email} has a new password; every session has ended.`, `Password: ${password}`];
    },
  },
  'verify-email': {
    usage: '--email <address>',
    as: 'owner',
    async run({ email = '' }) {
      const person = await findPerson(email);
      await markVerified(person);
      return [`${person.email} is confirmed.`];
    },
  },
  'end-sessions': {
    usage: '--email <address>',
    as: 'owner',
    async run({ email = '' }) {
      const person = await findPerson(email);
      return [`Ended ${await endSessions(person)} sessions of ${person.email}.`];
    },
  },
} as const satisfies Record<string, Command>;

function randomPassword(): string {
  return randomBytes(15).toString('base64url');
}
