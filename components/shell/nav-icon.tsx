import {
  ActivityIcon,
  CustomersIcon,
  InvoicesIcon,
  OverviewIcon,
  PaymentsIcon,
  PlugIcon,
  RefundsIcon,
  SearchIcon,
  SettingsIcon,
  SubscriptionsIcon,
} from '../ui/icons.tsx';
import type { NavIcon as Name } from './describe.ts';

const icons = {
  overview: OverviewIcon,
  payments: PaymentsIcon,
  customers: CustomersIcon,
  subscriptions: SubscriptionsIcon,
  invoices: InvoicesIcon,
  refunds: RefundsIcon,
  health: ActivityIcon,
  settings: SettingsIcon,
  connection: PlugIcon,
  search: SearchIcon,
} as const satisfies Record<Name, unknown>;

export function NavIcon({ name }: { name: Name }) {
  const Icon = icons[name];
  return <Icon />;
}
