type Figure = { readonly currency: string; readonly amount: bigint; readonly rows: number; readonly confirmed: boolean };

/** Where one cell must do for several currencies: the account's own if it is among them, else the one with most rows (FORMULAS §1.1). */
export function oneOfMany<F extends Figure>(figures: readonly F[], own: string | null): { figure: F; more: number } | null {
  const [first, ...others] = figures.toSorted((a, b) => Number(b.currency === own) - Number(a.currency === own) || b.rows - a.rows);
  return first ? { figure: first, more: others.length } : null;
}
