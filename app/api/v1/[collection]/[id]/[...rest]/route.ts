import { readOnly, unknownPath } from '../../../place.ts';
import { refuse } from '../../../respond.ts';
import { acts, type Acts } from '../../../writes.ts';

type Context = { params: Promise<{ collection: string; id: string; rest: string[] }> };

export async function POST(request: Request, context: Context): Promise<Response> {
  const act = await actOf(context);
  return act ? act(request, (await context.params).id) : refuse(unknownPath())(request);
}

async function other(request: Request, context: Context): Promise<Response> {
  return refuse((await actOf(context)) ? readOnly('POST') : unknownPath())(request);
}
export { other as DELETE, other as GET, other as OPTIONS, other as PATCH, other as PUT };

async function actOf({ params }: Context): Promise<Acts | undefined> {
  const { collection, rest } = await params;
  return acts.get([collection, ...rest].join('/'));
}
