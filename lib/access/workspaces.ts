// Workspaces: made once under an address that never changes; the one who makes it is its owner.
import { randomUUID } from 'node:crypto';
import { appendAudit } from '../audit.ts';
import { db } from '../db.ts';
import type { Actor, Workspace } from '../merchant.ts';
import { prisma } from '../prisma.ts';
import { merchantBefore, workspaceOf } from './merchant-of.ts';
import { isSlug, slugFrom } from './slug.ts';

export type NewWorkspace = { name: string; slug?: string; timeZone: string; locale: string };
export type WorkspaceFault = { name?: 'missing' | 'long'; slug?: 'malformed' | 'taken'; timeZone?: 'unknown'; locale?: 'unknown' };
export type Created = { kind: 'created'; workspace: Workspace } | ({ kind: 'invalid' } & WorkspaceFault);

/** Languages whose numbers and dates can be chosen. */
export const locales = [
  'en',
  'en-US',
  'de-DE',
  'de-CH',
  'nb-NO',
  'sv-SE',
  'da-DK',
  'fi-FI',
  'nl-NL',
  'fr-FR',
  'es-ES',
  'it-IT',
  'pt-BR',
  'pl-PL',
  'ja-JP',
] as const;

export async function createWorkspace(owner: { id: string; actor: Actor }, given: NewWorkspace): Promise<Created> {
  const name = given.name.normalize('NFC').replace(/\s+/g, ' ').trim();
  const faults = faultsOf(name, given);
  if (Object.keys(faults).length > 0) return { kind: 'invalid', ...faults };
  // An address that nobody typed is made free by a number; one that was typed is either free or taken.
  const candidates = given.slug ? [given.slug] : addresses(slugFrom(name));
  for (const slug of candidates) {
    const workspace: Workspace = { id: randomUUID(), slug, name, timeZone: given.timeZone, locale: given.locale };
    if (await insert(workspace, owner)) return { kind: 'created', workspace };
  }
  return { kind: 'invalid', slug: 'taken' };
}

/** What the switcher lists: the person's workspaces by name. */
export async function listWorkspaces(person: string): Promise<(Workspace & { role: string })[]> {
  const memberships = await prisma().membership.findMany({ where: { person_id: person } });
  const rows = await prisma().workspace.findMany({
    where: { id: { in: memberships.map((each) => each.workspace_id) } },
    orderBy: [{ name: 'asc' }, { slug: 'asc' }],
  });
  return rows.map((row) => ({ ...workspaceOf(row), role: memberships.find((each) => each.workspace_id === row.id)?.role ?? '' }));
}

/** Where signing in leads: the only workspace, the list of several, or making the first. */
export async function homeOf(person: string): Promise<string> {
  const workspaces = await listWorkspaces(person);
  if (workspaces.length === 1) return `/${workspaces[0]?.slug}`;
  return workspaces.length === 0 ? '/welcome' : '/workspaces';
}

export async function findWorkspace(slug: string): Promise<Workspace | null> {
  const row = await prisma().workspace.findUnique({ where: { slug } });
  return row && workspaceOf(row);
}

async function insert(workspace: Workspace, owner: { id: string; actor: Actor }): Promise<boolean> {
  return db.as(merchantBefore(workspace, false, owner.actor), async (tx) => {
    const made = await tx.run('INSERT INTO workspace (id, slug, name, time_zone, locale) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (slug) DO NOTHING', [
      workspace.id,
      workspace.slug,
      workspace.name,
      workspace.timeZone,
      workspace.locale,
    ]);
    if (made === 0) return false;
    await tx.query(`INSERT INTO membership (workspace_id, person_id, role) VALUES ($1, $2, 'owner')`, [workspace.id, owner.id]);
    await appendAudit(tx, workspace.id, { act: 'workspace.created', actor: owner.actor, after: { owner: owner.id, slug: workspace.slug } });
    return true;
  });
}

function faultsOf(name: string, { slug, timeZone, locale }: NewWorkspace): WorkspaceFault {
  return {
    ...(name === '' ? { name: 'missing' as const } : name.length > 80 ? { name: 'long' as const } : {}),
    ...(slug && !isSlug(slug) ? { slug: 'malformed' as const } : {}),
    ...(isTimeZone(timeZone) ? {} : { timeZone: 'unknown' as const }),
    ...((locales as readonly string[]).includes(locale) ? {} : { locale: 'unknown' as const }),
  };
}

export function timeZones(): string[] {
  return ['UTC', ...Intl.supportedValuesOf('timeZone').filter((zone) => zone !== 'UTC')];
}

function isTimeZone(zone: string): boolean {
  return timeZones().includes(zone);
}

function addresses(slug: string): string[] {
  return [slug, ...Array.from({ length: 20 }, (_, at) => `${slug.slice(0, 36)}-${at + 2}`)].filter(isSlug);
}
