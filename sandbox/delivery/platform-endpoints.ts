// The platform's Connect endpoints, one per mode, as the environment names them.
import { createHash } from 'node:crypto';
import { API_VERSION } from '../core/config.ts';
import type { Core } from '../core/core.ts';

export function setPlatformEndpoints(core: Core): void {
  for (const { livemode, webhookSecret } of core.config.applications) {
    const id = `we_1${createHash('sha256')
      .update(`platform ${String(livemode)}`)
      .digest('hex')
      .slice(0, 23)}`;
    core.within(core.config.platform, livemode, {}, (place) => {
      const url = core.config.webhookUrl;
      if (!url) {
        if (place.find('webhook_endpoint', id)) place.remove('webhook_endpoint', id);
        return;
      }
      place.put({
        id,
        object: 'webhook_endpoint',
        api_version: API_VERSION,
        application: null,
        connect: true,
        created: Number(place.find('webhook_endpoint', id)?.created ?? place.now),
        description: 'The application’s own endpoint, from SANDBOX_WEBHOOK_URL',
        enabled_events: ['*'],
        livemode,
        metadata: {},
        status: 'enabled',
        url,
        signing_secret: webhookSecret,
      });
    });
  }
}
