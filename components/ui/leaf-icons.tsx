// The icons that client leaves draw: these alone are sent to browsers as code.
import { icon } from './icon.tsx';
import * as arrowUpRight from 'lucide-react/icons/arrow-up-right';
import * as check from 'lucide-react/icons/check';
import * as chevronDown from 'lucide-react/icons/chevron-down';
import * as copy from 'lucide-react/icons/copy';
import * as search from 'lucide-react/icons/search';
import * as x from 'lucide-react/icons/x';

export const ExternalIcon = icon(arrowUpRight);
export const CheckIcon = icon(check);
export const ChevronDownIcon = icon(chevronDown);
export const CopyIcon = icon(copy);
export const SearchIcon = icon(search);
export const CloseIcon = icon(x);
