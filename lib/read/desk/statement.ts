import type { Ledger } from '../../ledger.ts';

/** The parameters of one statement. The first three are the ledger, which every table in it is narrowed to by `here`. */
export class Params {
  readonly values: unknown[];

  constructor({ workspace, account, livemode }: Ledger) {
    this.values = [workspace, account, livemode];
  }

  add(value: unknown): string {
    return `$${this.values.push(value)}`;
  }
}

export function here(alias: string): string {
  return `${alias}.workspace_id = $1 AND ${alias}.account = $2 AND ${alias}.livemode = $3`;
}
