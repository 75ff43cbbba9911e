import { parseApiQuery } from '#lib/catalogue/api-query.ts';
import { page } from '#lib/read/list.ts';
import { readOnly, requireCollection, requireLedger } from '../place.ts';
import { present } from '../present.ts';
import { refuse, respond } from '../respond.ts';
import { creates } from '../writes.ts';

type Context = { params: Promise<{ collection: string }> };

export async function GET(request: Request, { params }: Context): Promise<Response> {
  const { collection } = await params;
  return respond(request, async (merchant) => {
    const entry = requireCollection(collection);
    const query = parseApiQuery(new URL(request.url).searchParams, entry);
    const { rows, hasMore } = await page(requireLedger(merchant), entry, query);
    return { object: 'list', url: `/api/v1/${entry.collection}`, has_more: hasMore, data: rows.map(present) };
  });
}

export async function POST(request: Request, { params }: Context): Promise<Response> {
  const { collection } = await params;
  return (creates.get(collection) ?? refuse(readOnly()))(request);
}

async function other(request: Request, { params }: Context): Promise<Response> {
  return refuse(readOnly(creates.has((await params).collection) ? 'GET, HEAD, POST' : undefined))(request);
}
export { other as DELETE, other as OPTIONS, other as PATCH, other as PUT };
