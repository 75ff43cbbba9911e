// A database whose transactions throw where a test says. Handlers run as shipped; only what they await answers differently.
import type { Database, Row, Tx } from '#lib/db.ts';

/** `at`: after the n-th statement of the transaction that names the plan; instead of its commit; or after the commit, whose answer is then lost. */
export type Plan = { readonly at: number | 'commit' | 'answer' | 'never'; readonly error: () => Error; statements: number; fired: number };

export function planOf(at: Plan['at'], error: () => Error = () => new Error('thrown by the test')): Plan {
  return { at, error, statements: 0, fired: 0 };
}

/** Asked at each statement until it names a plan for this transaction. A plan throws once; what comes after it runs undisturbed. */
export type Choose = (sql: string, params: readonly unknown[]) => Plan | undefined;

export function throwing(database: Database, choose: Choose): Database {
  return {
    ...database,
    as: (who, work) => watched(choose, work, (inner) => database.as(who, inner)),
    routing: (work) => watched(choose, work, (inner) => database.routing(inner)),
  };
}

async function watched<T>(choose: Choose, work: (tx: Tx) => Promise<T>, open: (inner: (tx: Tx) => Promise<T>) => Promise<T>): Promise<T> {
  let plan: Plan | undefined;
  const result = await open(async (tx) => {
    const done = await work(stepped(tx));
    fire('commit');
    return done;
  });
  fire('answer');
  return result;

  function fire(at: Plan['at']): void {
    if (!plan || plan.at !== at || plan.fired > 0) return;
    plan.fired += 1;
    throw plan.error();
  }

  function stepped(tx: Tx): Tx {
    let place = 0;
    const step = async <A>(sql: string, params: readonly unknown[] = [], answer: Promise<A>): Promise<A> => {
      plan ??= choose(sql, params);
      const got = await answer;
      if (plan) {
        place += 1;
        plan.statements = Math.max(plan.statements, place);
        fire(place);
      }
      return got;
    };
    return {
      query: <R extends Row>(sql: string, params?: readonly unknown[]) => step(sql, params, tx.query<R>(sql, params)),
      one: <R extends Row>(sql: string, params?: readonly unknown[]) => step(sql, params, tx.one<R>(sql, params)),
      maybe: <R extends Row>(sql: string, params?: readonly unknown[]) => step(sql, params, tx.maybe<R>(sql, params)),
      run: (sql, params) => step(sql, params, tx.run(sql, params)),
      become: (ledger) => step('become', [], tx.become(ledger)),
    };
  }
}
