// What the environment says about this sandbox: ports, file, and the applications (one per mode) that may speak to it.
import { createHash } from 'node:crypto';
import { join } from 'node:path';

export type Application = { clientId: string; name: string; livemode: boolean; secretKey: string; webhookSecret: string; redirectUris: readonly string[] };
export type Config = {
  port: number;
  smtpPort: number | null;
  file: string;
  /** The platform's own account. */
  platform: string;
  applications: readonly Application[];
  webhookUrl: string | null;
};

export const API_VERSION = '2026-10-28.endive';

type Source = Readonly<Record<string, string | undefined>>;

export function configOf(source: Source): Config {
  const port = Number(source.SANDBOX_PORT || 4242);
  const redirectUris = (source.SANDBOX_REDIRECT_URI ?? '')
    .split(',')
    .map((one) => one.trim())
    .filter(Boolean);
  const applications = [applicationOf(source, false, redirectUris), applicationOf(source, true, redirectUris)].filter((one) => one !== null);
  return {
    port,
    smtpPort: source.SANDBOX_SMTP_PORT ? Number(source.SANDBOX_SMTP_PORT) : port === 0 ? 0 : port + 1,
    file: source.SANDBOX_FILE || join(source.DATA_DIR || '.data', 'sandbox', 'sandbox.sqlite'),
    platform: `acct_1P${createHash('sha256')
      .update(applications[0]?.clientId ?? '')
      .digest('hex')
      .slice(0, 14)}`,
    applications,
    webhookUrl: source.SANDBOX_WEBHOOK_URL || null,
  };
}

/** Test mode always has one, so that a sandbox started by hand can be spoken to; live mode only when it is set. */
function applicationOf(source: Source, livemode: boolean, redirectUris: readonly string[]): Application | null {
  const MODE = livemode ? 'LIVE' : 'TEST';
  const mode = MODE.toLowerCase();
  const secretKey = source[`SANDBOX_${MODE}_SECRET_KEY`] || (livemode ? undefined : 'sk_test_sandbox00000000000000000000');
  if (!secretKey) return null;
  return {
    clientId: source[`SANDBOX_${MODE}_CLIENT_ID`] || `ca_${mode}sandbox`,
    name: source.SANDBOX_APPLICATION_NAME || 'Counterpart',
    livemode,
    secretKey,
    webhookSecret: source[`SANDBOX_${MODE}_WEBHOOK_SECRET`] || `whsec_${mode}sandbox`,
    redirectUris,
  };
}
