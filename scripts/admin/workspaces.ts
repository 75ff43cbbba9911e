// Workspaces and who belongs to them: the only way to add a member until the team page exists.
import { operator, removeMember, setRole } from '#lib/access/membership.ts';
import { findPerson } from '#lib/access/person.ts';
import { isRole, roles } from '#lib/access/roles.ts';
import { createWorkspace, findWorkspace, listWorkspaces } from '#lib/access/workspaces.ts';
import { AppError } from '#lib/errors.ts';
import type { Role, Workspace } from '#lib/merchant.ts';
import type { Command } from './command.ts';

export const workspaceCommands = {
  'create-workspace': {
    usage: '--name <name> --owner <address> [--slug <slug>] [--time-zone <zone>] [--locale <locale>]',
    as: 'owner',
    async run({ name = '', owner = '', slug, 'time-zone': timeZone = 'UTC', locale = 'en' }) {
      const person = await findPerson(owner);
      const made = await createWorkspace(
        { id: person.id, actor: { kind: 'job', id: 'system', name: 'admin create-workspace' } },
        { name, slug, timeZone, locale },
      );
      if (made.kind === 'created') return [`Made ${made.workspace.name} at /${made.workspace.slug}, owned by ${person.email}.`];
      const { kind: _kind, ...faults } = made;
      throw new AppError(
        'unprocessable',
        Object.entries(faults)
          .map(([field, fault]) => `--${field === 'timeZone' ? 'time-zone' : field}: ${fault}.`)
          .join('\n'),
      );
    },
  },
  'add-member': {
    usage: `--workspace <slug> --email <address> --role <${roles.join('|')}>`,
    as: 'owner',
    async run({ workspace = '', email = '', role = '' }) {
      const [place, person] = [await requireWorkspace(workspace), await findPerson(email)];
      if (await isMember(person.id, place)) throw new AppError('unprocessable', `${person.email} belongs to ${place.slug} already; set-role changes the role.`);
      await setRole(operator(place, 'admin add-member'), person.id, requireRole(role));
      return [`${person.email} is ${role} of ${place.slug}.`];
    },
  },
  'set-role': {
    usage: `--workspace <slug> --email <address> --role <${roles.join('|')}>`,
    as: 'owner',
    async run({ workspace = '', email = '', role = '' }) {
      const [place, person] = [await requireWorkspace(workspace), await findPerson(email)];
      if (!(await isMember(person.id, place))) throw new AppError('unprocessable', `${person.email} does not belong to ${place.slug}; add-member adds them.`);
      await setRole(operator(place, 'admin set-role'), person.id, requireRole(role));
      return [`${person.email} is now ${role} of ${place.slug}.`];
    },
  },
  'remove-member': {
    usage: '--workspace <slug> --email <address>',
    as: 'owner',
    async run({ workspace = '', email = '' }) {
      const [place, person] = [await requireWorkspace(workspace), await findPerson(email)];
      await removeMember(operator(place, 'admin remove-member'), person.id);
      return [`${person.email} no longer belongs to ${place.slug}.`];
    },
  },
} as const satisfies Record<string, Command>;

export async function requireWorkspace(slug: string): Promise<Workspace> {
  const workspace = await findWorkspace(slug);
  if (!workspace) throw new AppError('not_found', `There is no workspace ${slug}.`);
  return workspace;
}

function requireRole(role: string): Role {
  if (!isRole(role)) throw new AppError('unprocessable', `A role is one of ${roles.join(', ')}.`);
  return role;
}

async function isMember(person: string, { id }: Workspace): Promise<boolean> {
  return (await listWorkspaces(person)).some((each) => each.id === id);
}
