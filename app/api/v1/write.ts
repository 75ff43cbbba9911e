// The frame of every write by API: idempotency key, parameters, and the same answer to the same request however often it is sent.
import { AppError } from '#lib/errors.ts';
import type { Capability, Merchant } from '#lib/merchant.ts';
import { firstAnswer } from '#lib/perform/first-answer.ts';
import { readBody, type Params } from './body.ts';
import { respondWith, type Reply } from './respond.ts';
import type { Told } from './told.ts';

/** `read` turns parameters into what is asked for, or throws; nothing is remembered of a request that could not be read. */
export type Write<Asked> = {
  readonly scope: Capability;
  readonly read: (params: Params) => Asked;
  readonly perform: (merchant: Merchant, asked: Asked, clientToken: string) => Promise<Told>;
};

export function write<Asked>(request: Request, { scope, read, perform }: Write<Asked>): Promise<Response> {
  return respondWith(request, scope, async (merchant, requestId) => {
    const key = keyOf(request);
    const asked = read(await readBody(request));
    const { answer, replayed } = await firstAnswer(merchant, { key, path: new URL(request.url).pathname, asked }, async () => {
      const { kept, ...reply } = await perform(merchant, asked, key);
      return { answer: { ...reply, requestId }, kept };
    });
    return replayed ? again(answer) : answer;
  });
}

function again({ status, body, headers, requestId }: Reply & { readonly requestId: string }): Reply {
  return { status, body, headers: { ...headers, 'Idempotent-Replayed': 'true', 'Original-Request': requestId } };
}

function keyOf(request: Request): string {
  const key = request.headers.get('idempotency-key');
  if (key === null || key === '')
    throw new AppError(
      'bad_request',
      'The header Idempotency-Key is missing. Send one of your own with every POST, and the same one when you try the same request again: so it happens once.',
      { param: 'Idempotency-Key', detail: { code: 'parameter_missing' } },
    );
  if (!/^[\x20-\x7e]{1,255}$/.test(key))
    throw new AppError('bad_request', 'The header Idempotency-Key is 1 to 255 printable ASCII characters.', {
      param: 'Idempotency-Key',
      detail: { code: 'parameter_invalid' },
    });
  return key;
}
