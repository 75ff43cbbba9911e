// What each role may do, drawn from the code that enforces it: a table, and under 768 px one card per role.
import { capabilities, limitedRoles, roles } from '#lib/access/roles.ts';
import type { Capability, Role } from '#lib/merchant.ts';
import { t } from '#lib/messages/index.ts';

export function RoleTable() {
  return (
    <>
      <div className="overflow-x-auto max-md:hidden" role="group" aria-label={t('limits.can')} tabIndex={0}>
        <table className="w-full text-body">
          <caption className="sr-only">{t('limits.can')}</caption>
          <thead className="bg-sunken text-meta text-fg-3">
            <tr>
              <th scope="col" className="px-3 py-2 text-start font-medium">
                {t('limits.can.role')}
              </th>
              {columns.map((capability) => (
                <th key={capability} scope="col" className="px-3 py-2 text-start font-medium">
                  {t(`limits.can.${capability}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {roles.map((role) => (
              <tr key={role} className="border-t border-line">
                <th scope="row" className="px-3 py-2 text-start font-medium">
                  {t(`people.role.${role}`)}
                </th>
                {columns.map((capability) => (
                  <td key={capability} className="px-3 py-2 text-fg-2">
                    <Cell role={role} capability={capability} />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <ul className="md:hidden">
        {roles.map((role) => (
          <li key={role} className="border-t border-line px-4 py-3 first:border-t-0">
            <h3 className="font-medium">{t(`people.role.${role}`)}</h3>
            <ul className="mt-1 grid gap-0.5 text-fg-2">
              {columns
                .filter((capability) => capabilities[role].includes(capability))
                .map((capability) => (
                  <li key={capability}>
                    {t(`limits.can.${capability}`)}{' '}
                    {wordOf(role, capability) === 'yes' ? null : <span className="text-fg-3">({t(`limits.can.${wordOf(role, capability)}`)})</span>}
                  </li>
                ))}
            </ul>
          </li>
        ))}
      </ul>
    </>
  );
}

/** In the order in which the most privileged role has them. */
const columns: readonly Capability[] = capabilities.owner;

function Cell({ role, capability }: { role: Role; capability: Capability }) {
  const word = wordOf(role, capability);
  if (word !== 'yes' && word !== 'no') return t(`limits.can.${word}`);
  return (
    <>
      <span aria-hidden>{word === 'yes' ? '✓' : '–'}</span>
      <span className="sr-only">{t(`limits.can.${word}`)}</span>
    </>
  );
}

function wordOf(role: Role, capability: Capability): 'yes' | 'no' | 'within' | 'notOwners' {
  if (!capabilities[role].includes(capability)) return 'no';
  if (capability === 'refund' && limitedRoles.has(role)) return 'within';
  return capability === 'team' && role !== 'owner' ? 'notOwners' : 'yes';
}
