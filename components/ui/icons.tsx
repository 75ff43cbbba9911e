// The icons in use, one import each. They are drawn from lucide's data rather than by its client component, so that none reaches the browser as code.
import clsx from 'clsx';
import { createElement } from 'react';
import * as activity from 'lucide-react/icons/activity';
import * as arrowDown from 'lucide-react/icons/arrow-down';
import * as arrowUp from 'lucide-react/icons/arrow-up';
import * as arrowUpRight from 'lucide-react/icons/arrow-up-right';
import * as check from 'lucide-react/icons/check';
import * as chevronDown from 'lucide-react/icons/chevron-down';
import * as chevronLeft from 'lucide-react/icons/chevron-left';
import * as chevronsUpDown from 'lucide-react/icons/chevrons-up-down';
import * as copy from 'lucide-react/icons/copy';
import * as creditCard from 'lucide-react/icons/credit-card';
import * as ellipsis from 'lucide-react/icons/ellipsis';
import * as plug from 'lucide-react/icons/plug';
import * as receipt from 'lucide-react/icons/receipt';
import * as refreshCw from 'lucide-react/icons/refresh-cw';
import * as search from 'lucide-react/icons/search';
import * as settings from 'lucide-react/icons/settings';
import * as undo from 'lucide-react/icons/undo-2';
import * as user from 'lucide-react/icons/user';
import * as circleUser from 'lucide-react/icons/circle-user';
import * as house from 'lucide-react/icons/house';
import * as x from 'lucide-react/icons/x';

type Drawing = { node: readonly (readonly [tag: string, attributes: Record<string, string>])[] };
type IconProps = { className?: string; size?: number };

function icon(module: object) {
  // Each of lucide's icon modules exports its drawing beside the component, but declares no type for it.
  const { __iconData: drawing } = module as { __iconData: Drawing };
  return function Icon({ className, size = 16 }: IconProps) {
    return (
      <svg
        aria-hidden
        focusable="false"
        viewBox="0 0 24 24"
        width={size}
        height={size}
        fill="none"
        stroke="currentColor"
        strokeWidth={2}
        strokeLinecap="round"
        strokeLinejoin="round"
        className={clsx('shrink-0', className)}
      >
        {drawing.node.map(([tag, { key, ...attributes }]) => createElement(tag, { key, ...attributes }))}
      </svg>
    );
  };
}

// Marked pure, so that a client leaf brings the icons it draws and no others.
export const ActivityIcon = /* @__PURE__ */ icon(activity);
export const ArrowDownIcon = /* @__PURE__ */ icon(arrowDown);
export const ArrowUpIcon = /* @__PURE__ */ icon(arrowUp);
export const ExternalIcon = /* @__PURE__ */ icon(arrowUpRight);
export const CheckIcon = /* @__PURE__ */ icon(check);
export const ChevronDownIcon = /* @__PURE__ */ icon(chevronDown);
export const BackIcon = /* @__PURE__ */ icon(chevronLeft);
export const SwitchIcon = /* @__PURE__ */ icon(chevronsUpDown);
export const CopyIcon = /* @__PURE__ */ icon(copy);
export const PaymentsIcon = /* @__PURE__ */ icon(creditCard);
export const MoreIcon = /* @__PURE__ */ icon(ellipsis);
export const PlugIcon = /* @__PURE__ */ icon(plug);
export const InvoicesIcon = /* @__PURE__ */ icon(receipt);
export const SubscriptionsIcon = /* @__PURE__ */ icon(refreshCw);
export const SearchIcon = /* @__PURE__ */ icon(search);
export const SettingsIcon = /* @__PURE__ */ icon(settings);
export const RefundsIcon = /* @__PURE__ */ icon(undo);
export const CustomersIcon = /* @__PURE__ */ icon(user);
export const AccountIcon = /* @__PURE__ */ icon(circleUser);
export const OverviewIcon = /* @__PURE__ */ icon(house);
export const CloseIcon = /* @__PURE__ */ icon(x);
