// How far something has come that was asked for by API or in the app: for whoever was answered 202.
import { AppError } from '#lib/errors.ts';
import { findAsked } from '#lib/read/operation.ts';
import { shapeOf } from '../../operation-shape.ts';
import { readOnly, requireLedger } from '../../place.ts';
import { refuse, respond } from '../../respond.ts';

type Context = { params: Promise<{ id: string }> };

export async function GET(request: Request, { params }: Context): Promise<Response> {
  const { id } = await params;
  return respond(
    request,
    async (merchant) => {
      const asked = await findAsked(requireLedger(merchant), id.replace(/^op_/, ''));
      if (!asked) throw new AppError('not_found', 'No such operation.', { param: 'id' });
      return shapeOf(asked);
    },
    ['read', 'refund'],
  );
}

const other = refuse(readOnly());
export { other as DELETE, other as OPTIONS, other as PATCH, other as POST, other as PUT };
