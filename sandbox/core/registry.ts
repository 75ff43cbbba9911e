// Every type with its routes and jobs, looked up by what a request or an object says.
import { type Input, type List, type ObjectType, type Params, type Place, Refusal, type StripeObject } from './define.ts';

export type Found = { type: ObjectType | null; endpoint: string; path: Record<string, string>; run: (place: Place, input: Input) => StripeObject | List };
type Entry = { parts: string[]; names: number; endpoint: string; type: ObjectType | null; run: Found['run'] };
export type Registry = ReturnType<typeof registryOf>;

export function registryOf(types: readonly ObjectType[]) {
  const byObject = new Map(types.map((type) => [type.object, type]));
  if (byObject.size !== types.length) throw new Error('two types have the same name');
  const shapes = new Map<string, Entry[]>();
  const jobs = new Map<string, (place: Place, id: string) => void>();
  const reactions = new Map<string, ((place: Place, object: StripeObject) => void)[]>();
  const add = (type: ObjectType | null, method: string, path: string, run: Found['run']): void => {
    const parts = path.split('/').slice(1);
    const shape = `${method} ${parts.length}`;
    const entries = shapes.get(shape) ?? [];
    const endpoint = `${method} ${path}`;
    if (entries.some((entry) => entry.endpoint === endpoint)) throw new Error(`${endpoint} is there twice`);
    entries.push({ parts, names: parts.filter((part) => part.startsWith('{')).length, endpoint, type, run });
    shapes.set(
      shape,
      entries.sort((a, b) => a.names - b.names),
    );
  };

  for (const type of types) {
    for (const route of type.routes ?? []) add(type, route.method, route.path, route.run);
    if (type.listFilters) add(type, 'GET', `/v1/${type.collection}`, (place, { params }) => listOf(place, type, params));
    if (type.retrievable !== false) add(type, 'GET', `/v1/${type.collection}/{id}`, (place, { path }) => retrieve(place, type, path.id ?? ''));
    for (const [name, run] of Object.entries(type.due ?? {})) {
      if (jobs.has(name)) throw new Error(`two types have a job named ${name}`);
      jobs.set(name, run);
    }
    for (const [event, react] of Object.entries(type.reacts ?? {})) reactions.set(event, [...(reactions.get(event) ?? []), react]);
  }

  return {
    types,
    type: (object: string): ObjectType | undefined => byObject.get(object),
    job: (name: string) => jobs.get(name),
    reactions: (event: string) => reactions.get(event) ?? [],
    add: (method: string, path: string, run: Found['run']): void => add(null, method, path, run),
    match(method: string, pathname: string): Found | null {
      const given = pathname.split('/').slice(1).map(decoded);
      const entry = shapes
        .get(`${method} ${given.length}`)
        ?.find(({ parts }) => parts.every((part, i) => (part.startsWith('{') ? given[i] !== '' : part === given[i])));
      if (!entry) return null;
      const path: Record<string, string> = {};
      entry.parts.forEach((part, i) => {
        if (part.startsWith('{')) path[part.slice(1, -1)] = given[i] ?? '';
      });
      return { type: entry.type, endpoint: entry.endpoint, path, run: entry.run };
    },
    endpoints: (): string[] => [...shapes.values()].flatMap((entries) => entries.map((entry) => entry.endpoint)),
  };
}

function retrieve(place: Place, type: ObjectType, id: string): StripeObject {
  const gone = type.remembered ? place.findEver(type.object, id) : null;
  return gone ?? place.need(type.object, id, 'id');
}

function listOf(place: Place, type: ObjectType, params: Params): List {
  const where: Record<string, string> = {};
  for (const [name, field] of Object.entries(type.listFilters ?? {})) {
    const value = valueAt(params, name);
    if (value === undefined || value === '') continue;
    if (typeof value === 'object') throw new Refusal(400, { param: name, message: `Invalid ${name}` });
    where[field] = String(value);
  }
  return place.list(type.object, where, params, `/v1/${type.collection}`);
}

export function valueAt(object: unknown, path: string): unknown {
  let value = object;
  for (const key of path.split('.')) {
    if (value === null || typeof value !== 'object') return undefined;
    value = (value as Record<string, unknown>)[key];
  }
  return value;
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
