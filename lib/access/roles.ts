// Which role may do what. Code asks for a capability, never for a role; the table people see is drawn from this one.
import type { Capability, Role } from '../merchant.ts';

export const capabilities: Readonly<Record<Role, readonly Capability[]>> = {
  owner: ['read', 'export', 'refund', 'write', 'repair', 'connect', 'keys', 'team', 'audit', 'disconnect'],
  admin: ['read', 'export', 'refund', 'write', 'repair', 'connect', 'keys', 'team', 'audit'],
  support: ['read', 'refund'],
  viewer: ['read', 'export'],
};

/** Roles that may refund in no currency but those they have a limit in. Who else has a limit is bound by it in the same way. */
export const limitedRoles: ReadonlySet<Role> = new Set<Role>(['support']);

/** From the most privileged down. */
export const roles = Object.keys(capabilities) as readonly Role[];

export function isRole(word: string): word is Role {
  return Object.hasOwn(capabilities, word);
}

export function capabilitiesOf(role: Role): ReadonlySet<Capability> {
  return new Set(capabilities[role]);
}

/** The least privileged role that has a capability: what a refusal names. */
export function leastRoleFor(capability: Capability): Role {
  return (['viewer', 'support', 'admin', 'owner'] as const).find((role) => capabilities[role].includes(capability)) ?? 'owner';
}
