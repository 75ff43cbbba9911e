// The world's only way to act: the sandbox's own routes, as one account. What they refuse is an error in the story.
export type Params = { [name: string]: unknown };
export type Made = { id: string; object: string; [field: string]: unknown };
export type Reply = { status: number; body: { [field: string]: unknown } };
export type Call = (account: string, method: 'GET' | 'POST' | 'DELETE', path: string, params: Params) => Reply;

export type Hand = {
  account: string;
  /** The bare answer, refused or not. */
  ask(method: 'GET' | 'POST' | 'DELETE', path: string, params?: Params): Reply;
  post(path: string, params?: Params): Made;
  get(path: string, params?: Params): Made;
  list(path: string, params?: Params): Made[];
  remove(path: string, params?: Params): Made;
  /** For what may well be refused, such as a card: null instead of an error on a 402. */
  attempt(path: string, params?: Params): Made | null;
};

export function handOf(account: string, call: Call): Hand {
  const ask: Hand['ask'] = (method, path, params = {}) => call(account, method, path, params);
  return {
    account,
    ask,
    post: (path, params) => made(path, ask('POST', path, params)),
    get: (path, params) => made(path, ask('GET', path, params)),
    remove: (path, params) => made(path, ask('DELETE', path, params)),
    list: (path, params) => {
      const { data } = made(path, ask('GET', path, params));
      if (!Array.isArray(data)) throw new Error(`${path} answered no list`);
      return data as Made[]; // a list of the sandbox's own objects
    },
    attempt: (path, params) => {
      const reply = ask('POST', path, params);
      return reply.status === 402 ? null : made(path, reply);
    },
  };
}

function made(path: string, reply: Reply): Made {
  if (reply.status >= 300) throw new Error(`${path} was refused with ${reply.status}: ${JSON.stringify(reply.body).slice(0, 400)}`);
  return reply.body as Made; // every 2xx body has an object and, but for lists, an id
}
