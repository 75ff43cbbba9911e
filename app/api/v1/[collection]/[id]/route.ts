import { AppError } from '#lib/errors.ts';
import { findObject } from '#lib/read/find.ts';
import { readOnly, requireCollection, requireLedger } from '../../place.ts';
import { present } from '../../present.ts';
import { refuse, respond } from '../../respond.ts';

type Context = { params: Promise<{ collection: string; id: string }> };

export async function GET(request: Request, { params }: Context): Promise<Response> {
  const { collection, id } = await params;
  return respond(request, async (merchant) => {
    const entry = requireCollection(collection);
    const [param] = new URL(request.url).searchParams.keys();
    if (param !== undefined)
      throw new AppError('bad_filter', `Received unknown parameter: ${param.slice(0, 100)}`, {
        param: param.slice(0, 100),
        detail: { code: 'parameter_unknown' },
      });
    const object = await findObject(requireLedger(merchant), entry, id);
    // One answer for what never was and what is another's (INVARIANTS §4): the id is not repeated.
    if (!object) throw new AppError('not_found', `No such ${entry.type}.`, { param: 'id' });
    return present(object);
  });
}

const other = refuse(readOnly());
export { other as DELETE, other as OPTIONS, other as PATCH, other as POST, other as PUT };
