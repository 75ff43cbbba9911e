// What a file of sandbox/objects says about one of Stripe's types, and what a rule may touch while it runs.

export type Params = { readonly [name: string]: unknown };
export type StripeObject = { id: string; object: string; [field: string]: unknown };
export type List = { object: 'list'; url: string; has_more: boolean; data: StripeObject[] };

/** Stripe's error envelope. Thrown by rules; the wire turns it into a status and a body. */
export class Refusal extends Error {
  readonly status: number;
  readonly error: {
    type: 'api_error' | 'card_error' | 'idempotency_error' | 'invalid_request_error';
    message: string;
    code?: string;
    param?: string;
    decline_code?: string;
    [more: string]: unknown;
  };
  /** What the rule did before it refused stays done (a declined charge is kept). Without it the request leaves nothing. */
  readonly keeps: boolean;

  constructor(
    status: number,
    error: { type?: Refusal['error']['type']; message: string; code?: string; param?: string; decline_code?: string; [more: string]: unknown },
    keeps = false,
  ) {
    super(error.message);
    this.status = status;
    this.error = { ...error, type: error.type ?? 'invalid_request_error' };
    this.keeps = keeps;
  }
}

/** One account in one mode at one moment: all that a rule can see. A rule is synchronous and runs in one transaction of the store. */
export type Place = {
  readonly account: string;
  readonly livemode: boolean;
  /** Sandbox time in whole seconds, the same for the length of a request or of a due job. */
  readonly now: number;
  /** Who the account is; `currency` is the one its balance is kept in. */
  readonly merchant: { readonly name: string; readonly country: string; readonly currency: string };
  /** The platform's client id when a platform made the request, else null. */
  readonly application: string | null;
  /** `newId('cus')` or `newId('cus_')`. */
  newId(prefix: string): string;
  /** A copy of the object as stored (unexpanded: ids where Stripe sends ids); null when absent or deleted. */
  find(type: string, id: string): StripeObject | null;
  /** As `find`, but a deleted one is `{id, object, deleted: true}`. */
  findEver(type: string, id: string): StripeObject | null;
  /** As `find`, or Stripe's refusal: 404 with param id for a path, 400 with the parameter's name otherwise. */
  need(type: string, id: string, param?: string): StripeObject;
  /** Stores the object as it is now; answers it. */
  put<O extends StripeObject>(object: O): O;
  /** Marks it as deleted; the answer is Stripe's `{id, object, deleted: true}`. */
  remove(type: string, id: string): StripeObject;
  /** All objects of a type for which the promoted fields have these values, newest first. Only fields named in the type's `indexes` may be asked for. */
  all(type: string, where?: Readonly<Record<string, string>>): StripeObject[];
  /** One page of them in Stripe's list envelope, by the cursors, `limit` and `created` in the params; for lists under a parent. */
  list(type: string, where: Readonly<Record<string, string>>, params: Params, url: string): List;
  /** Records an event about the object as it is stored, and lets other types react to it before this returns. `previous`: the fields an *.updated changed, with their old values. */
  emit(event: string, object: StripeObject, previous?: Readonly<Record<string, unknown>>): void;
  /** Has the `due` job of that name run at that second of sandbox time (again replaces; null takes it off). Names of jobs are unique over all types. */
  due(job: string, id: string, at: number | null): void;
};

export type Input = { readonly params: Params; readonly path: Readonly<Record<string, string>> };
/** `path` as the SDK's: '/v1/invoices/{id}/pay'; a name in braces arrives in `input.path`. What `run` answers is shown and expanded by the wire. */
export type Route = { readonly method: 'GET' | 'POST' | 'DELETE'; readonly path: string; readonly run: (place: Place, input: Input) => StripeObject | List };

export type ObjectType = {
  readonly object: string;
  readonly prefix: string;
  /** Stripe's plural, under /v1. */
  readonly collection: string;
  /** Fields `all` and list filters may ask for, as dotted paths of the stored object. */
  readonly indexes: readonly string[];
  /** Field path → type it names, for `expand[]`. A field absent from the stored object until it is asked for is `included` instead. */
  readonly expandable?: Readonly<Record<string, string>>;
  readonly included?: Readonly<Record<string, (place: Place, object: StripeObject) => List | StripeObject | null>>;
  /** What is only true at the moment of asking (an embedded list, a status that time changes), laid over the stored object in every answer and event. */
  readonly shown?: (place: Place, object: StripeObject) => StripeObject;
  /** `GET /v1/<collection>` filters: parameter (dotted where it nests) → index path. `created` and the cursors come with every list. Absent: the type has no list route of its own. */
  readonly listFilters?: Readonly<Record<string, string>>;
  /** Last word on which rows a list shows (subscriptions hide canceled ones unless asked). */
  readonly listed?: (object: StripeObject, params: Params) => boolean;
  /** Retrieve stands for every type unless this says no. */
  readonly retrievable?: false;
  /** A deleted one is answered as `{id, object, deleted: true}` instead of 404. */
  readonly remembered?: true;
  /** All other routes. */
  readonly routes?: readonly Route[];
  /** Jobs of sandbox time, by name. */
  readonly due?: Readonly<Record<string, (place: Place, id: string) => void>>;
  /** Events of other types this one answers to, by event name. */
  readonly reacts?: Readonly<Record<string, (place: Place, object: StripeObject) => void>>;
};

const beliefs = new Map<string, readonly string[]>();

/** Marks behaviour known from memory alone, with the tests that lean on it; `npm run sandbox -- beliefs` lists both. */
export function belief(text: string, tests: readonly string[] = []): void {
  beliefs.set(text, tests);
}

export function allBeliefs(): readonly { text: string; tests: readonly string[] }[] {
  return [...beliefs].map(([text, tests]) => ({ text, tests })).sort((a, b) => (a.text < b.text ? -1 : 1));
}
