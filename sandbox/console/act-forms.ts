// The buttons that fit one object: what its customer or Stripe could do with it now.
import type { Made } from '../world/hand.ts';
import { type Html, html } from './html.ts';

type Button = { act: string; label: string; fields?: Record<string, string>; stop?: boolean };

export function actsFor(account: string, object: Made): Html | null {
  const buttons = buttonsFor(object);
  if (buttons.length === 0) return null;
  return html`<section class="sheet" aria-labelledby="acts"><h2 id="acts">Play a part</h2><div class="row">${buttons.map((button) => actForm(account, object.id, button))}</div></section>`;
}

export function actForm(account: string, id: string, { act, label, fields = {}, stop }: Button): Html {
  return html`<form method="post" action="/a/${account}/act/${act}"><input type="hidden" name="id" value="${id}">${Object.entries(fields).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`)}<button class="${stop ? 'stop' : ''}">${label}</button></form>`;
}

function buttonsFor(object: Made): Button[] {
  const status = String(object.status ?? '');
  switch (object.object) {
    case 'payment_intent':
      if (status !== 'requires_action') return [];
      return [
        { act: 'authenticate', label: 'Customer completes 3-D Secure', fields: { passes: 'yes' } },
        { act: 'authenticate', label: 'Customer fails it', fields: { passes: 'no' } },
      ];
    case 'charge':
      if (status !== 'succeeded' || !object.captured || object.disputed) return [];
      return [
        { act: 'dispute', label: 'Customer disputes it as fraud', fields: { kind: 'fraudulent' } },
        { act: 'dispute', label: '… as not received', fields: { kind: 'product_not_received' } },
        { act: 'dispute', label: 'Bank makes an inquiry', fields: { kind: 'inquiry' } },
      ];
    case 'invoice':
      if (status !== 'open') return [];
      return [
        { act: 'pay-invoice', label: 'Customer pays it' },
        { act: 'fail-invoice', label: 'Customer tries with a declined card' },
      ];
    case 'refund':
      if (status === 'requires_action') return [{ act: 'give-refund-details', label: 'Customer gives bank details' }];
      if (status !== 'succeeded' && status !== 'pending') return [];
      return [
        ...(status === 'pending'
          ? [
              { act: 'settle-refund', label: 'Let it reach the customer' },
              { act: 'require-refund-action', label: 'Ask the customer for bank details' },
            ]
          : []),
        { act: 'fail-refund', label: 'Let it fail afterwards', stop: true },
      ];
    case 'dispute':
      if (!/needs_response|under_review/.test(status)) return [];
      return [
        { act: 'close-dispute', label: 'Bank decides: won', fields: { how: 'won' } },
        { act: 'close-dispute', label: 'Bank decides: lost', fields: { how: 'lost' }, stop: true },
      ];
    default:
      return [];
  }
}
