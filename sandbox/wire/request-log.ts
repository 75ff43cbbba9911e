// The latest calls of the API, for tests that count them; in memory, because a count belongs to one run.
export type Call = {
  at: string;
  /** Seconds on Stripe's clock, which tests move. */
  stripe_at: number;
  method: string;
  path: string;
  status: number | null;
  idempotency_key: string | null;
  account: string | null;
  request: string;
  fault: string | null;
};
export type RequestLog = ReturnType<typeof newRequestLog>;

const KEPT = 50_000;

export function newRequestLog() {
  let calls: Call[] = [];
  return {
    add(call: Call): void {
      calls.push(call);
      if (calls.length > KEPT * 1.2) calls = calls.slice(-KEPT);
    },
    list({ account, method, path }: { account?: string | null; method?: string | null; path?: string | null }): Call[] {
      return calls.filter((call) => (!account || call.account === account) && (!method || call.method === method) && (!path || call.path.startsWith(path)));
    },
    clear(): void {
      calls = [];
    },
  };
}
