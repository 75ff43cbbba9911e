// What the form of limits sends and hears. Plain data: it crosses between the action and the page.

/** One line as it stands: texts ready to be edited, in the locale's own marks. An empty one does not bind. */
export type FormLine = { readonly currency: string; readonly figures: Readonly<Record<string, string>> };

/** `each` and `day` for a role or a member, `above` for the workspace's password amount. */
export type Figure = 'each' | 'day' | 'above';

export type LimitState =
  | null
  | { readonly kind: 'saved'; readonly text: string }
  /** Nothing was saved. Errors stand by the names of the fields they are about. */
  | { readonly kind: 'again'; readonly errors: Readonly<Record<string, string>>; readonly problem: string | null; readonly asksPassword: boolean };

export type LimitAction = (previous: LimitState, form: FormData) => Promise<LimitState>;

export function fieldName(figure: Figure, currency: string): string {
  return `${figure}.${currency}`;
}

/** The line that is not there yet. */
export const NEW = 'new';
