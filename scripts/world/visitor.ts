// A person without a browser: cookies, forms and redirects over plain HTTP, for the demo and for benchmarks.
export class Visitor {
  private readonly origin: string;
  private readonly cookies = new Map<string, string>();

  constructor(origin: string) {
    this.origin = origin;
  }

  async signIn(email: string, password: string): Promise<void> {
    const { csrfToken } = (await (await this.ask('/api/auth/csrf')).json()) as { csrfToken: string }; // next-auth's own answer
    const answer = await this.ask('/api/auth/callback/credentials', {
      form: { csrfToken, email, password, callbackUrl: `${this.origin}/workspaces`, json: 'true' },
    });
    if (!answer.ok && answer.status !== 302) throw new Error(`Signing in as ${email} answered ${answer.status}: ${await answer.text()}`);
    const check = await this.ask('/workspaces');
    if (check.status !== 200) throw new Error(`Signing in as ${email} did not hold: /workspaces answers ${check.status}.`);
  }

  /** Through the sandbox's consent page, and "Yes, start". */
  async connect(slug: string, mode: 'test' | 'live', account: string): Promise<void> {
    const out = await this.ask('/api/connect', { form: { workspace: slug, mode, back_to: `/${slug}/${mode}/settings/connection` } });
    const consent = out.headers.get('location');
    if (!consent) throw new Error(`Connecting ${slug} answered ${out.status}: ${(await out.text()).slice(0, 500)}`);
    const back = await approve(consent, account);
    const landed = await this.ask(back);
    if (landed.status >= 400) throw new Error(`The way back from Stripe answered ${landed.status}.`);
    const yes = await this.ask('/api/connect/answer', { form: { workspace: slug, mode, account, generation: '1', answer: 'yes' } });
    if (yes.status !== 303 || yes.headers.get('location')?.endsWith('/settings/connection'))
      throw new Error(`Confirming ${slug} answered ${yes.status}: ${(await yes.text()).slice(0, 500)}`);
  }

  async ask(path: string, with_: { form?: Record<string, string> } = {}): Promise<Response> {
    const url = new URL(path, this.origin);
    const answer = await fetch(url, {
      method: with_.form ? 'POST' : 'GET',
      redirect: 'manual',
      headers: {
        ...(this.cookies.size > 0 ? { cookie: [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ') } : {}),
        ...(with_.form ? { 'content-type': 'application/x-www-form-urlencoded', origin: this.origin } : {}),
      },
      ...(with_.form ? { body: new URLSearchParams(with_.form) } : {}),
      signal: AbortSignal.timeout(60_000),
    });
    for (const cookie of answer.headers.getSetCookie()) {
      const [pair = ''] = cookie.split(';');
      const at = pair.indexOf('=');
      this.cookies.set(pair.slice(0, at), pair.slice(at + 1));
    }
    return answer;
  }
}

/** Signs in to the account on the consent page and approves; answers the address it leads back to. */
async function approve(consent: string, account: string): Promise<string> {
  const { search, origin } = new URL(consent);
  const send = async (path: string, form: Record<string, string>) => {
    const answer = await fetch(new URL(path, origin), {
      method: 'POST',
      redirect: 'manual',
      headers: { origin, 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams(form),
    });
    const to = answer.headers.get('location');
    if (!to) throw new Error(`The consent page answered ${answer.status}: ${(await answer.text()).slice(0, 500)}`);
    return to;
  };
  const request = search.slice(1);
  await send('/oauth/authorize/sign-in', { request, way: 'in', account, password: 'sandbox' });
  return send('/oauth/authorize/decide', { request, as: account, decision: 'approve', answer: 'approve' });
}
