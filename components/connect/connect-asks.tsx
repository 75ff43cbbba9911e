import { t } from '#lib/messages/index.ts';
import { Panel } from '../ui/panel.tsx';

const asks = [
  ['connect.readTitle', 'connect.readBody'],
  ['connect.doTitle', 'connect.doBody'],
  ['connect.neverTitle', 'connect.neverBody'],
] as const;

/** The scope in plain words, said before anybody leaves for Stripe. */
export function ConnectAsks() {
  return (
    <Panel>
      <ol id="asks" className="grid gap-3">
        {asks.map(([title, body], at) => (
          <li key={title} className="grid grid-cols-[20px_1fr] gap-x-2">
            <span aria-hidden className="font-mono text-fg-3">
              {at + 1}
            </span>
            <span>
              <span className="block font-medium">{t(title)}</span>
              <span className="text-fg-2">{t(body)}</span>
            </span>
          </li>
        ))}
      </ol>
      <p className="mt-3 border-t border-line pt-3 text-fg-3">{t('connect.leadBody')}</p>
    </Panel>
  );
}
