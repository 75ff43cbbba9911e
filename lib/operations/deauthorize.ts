import Stripe from 'stripe';
import { z } from 'zod';
import { define, type Reply } from './define.ts';

const input = z.strictObject({ account: z.string().regex(/^acct_\w{1,240}$/), generation: z.int().positive() });

/** The one refusal that means it is already so (FACTS §3); any other `invalid_client` is a wrong key or client id. */
const NOT_CONNECTED = /not connected to stripe account/i;

export const deauthorize = define({
  kind: 'deauthorize',
  capability: 'connect',
  input,
  params: input,
  on: 'account',
  audited: 'deauthorization',
  reserves: false,
  whilePaused: true,
  once: ({ account, generation }, { livemode }) => `deauthorize ${account} ${livemode ? 'live' : 'test'} ${generation}`,
  targetOf: (given) => given.account,
  toParams: (given) => given,
  send: async ({ asPlatform, clientId }, { account }, { key, timeout }) => {
    const answer = await asPlatform().oauth.deauthorize(
      { client_id: clientId(), stripe_user_id: account },
      { idempotencyKey: key, timeout, maxNetworkRetries: 0 },
    );
    if (answer.stripe_user_id !== account) throw new Error('The reply names another account.');
    return gone(account);
  },
  // Reading is asking as the account: while it answers, it is still connected.
  find: async ({ asAccount }, { account }) => {
    try {
      await asAccount.accounts.retrieveCurrent();
      return null;
    } catch (error) {
      if (error instanceof Stripe.errors.StripePermissionError && error.code === 'account_invalid') return gone(account);
      throw error;
    }
  },
  statusOf: () => 'deauthorized',
  settledBy: () => 'succeeded',
  verdict: (error) => {
    if (!(error instanceof Stripe.errors.StripeError) || typeof error.statusCode !== 'number' || error.statusCode >= 500 || error.statusCode === 429)
      return null;
    if (error.rawType !== ('invalid_client' as string)) return null;
    return NOT_CONNECTED.test(error.message) ? 'done' : 'refused';
  },
});

function gone(account: string): Reply {
  return { object: { id: account, object: 'account' }, headers: {}, request: null };
}
