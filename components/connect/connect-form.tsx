import { type ReactNode, useEffect } from 'react';
import { connect } from '#lib/messages/en/connect.ts';
import { translator } from '#lib/messages/translate.ts';
import { Button } from '../ui/button.tsx';
import { buttonClass, type ButtonLook } from '../ui/button-class.ts';
import { ExternalIcon } from '../ui/leaf-icons.tsx';
import { VisuallyHidden } from '../ui/visually-hidden.tsx';
import type { Act, Mode } from './say.ts';
import type { Flow } from './use-connect.ts';

const t = translator(connect);

/** Where connecting stands: the workspace's slug, the mode, and the connection page of this mode and of the other. */
export type Place = { workspace: string; mode: Mode; page: string; otherPage: string; otherMode: boolean };

/** A plain form: without script, or where windows are blocked, it goes out in this tab. `mode` is left out where the form has its own choice. */
export function ConnectForm({
  place,
  flow,
  id,
  ownMode,
  className,
  children,
}: {
  place: Place;
  flow: Flow;
  id: string;
  ownMode?: boolean;
  className?: string;
  children: ReactNode;
}) {
  return (
    <form id={id} method="post" action="/api/connect" onSubmit={flow.onSubmit} className={className}>
      <input type="hidden" name="workspace" value={place.workspace} />
      {ownMode ? null : <input type="hidden" name="mode" value={place.mode} />}
      <input type="hidden" name="attempt" defaultValue="" />
      <input type="hidden" name="popup" defaultValue="0" />
      <input type="hidden" name="back_to" value={place.page} />
      {children}
    </form>
  );
}

export function ConnectButton({ label, form, size }: { label?: string; form?: string; size?: ButtonLook['size'] }) {
  return (
    <Button type="submit" form={form} variant="primary" size={size}>
      {label ?? t('connect.button')}
      <ExternalIcon />
      <VisuallyHidden>{t('connect.newWindow')}</VisuallyHidden>
    </Button>
  );
}

const words = {
  show: 'connect.show',
  this_tab: 'connect.thisTab',
  open_again: 'connect.openAgain',
  try_again: 'connect.tryAgain',
  start_again: 'connect.startAgain',
  use_another: 'connect.useAnother',
  what_we_ask: 'connect.whatWeAsk',
  sign_in: 'connect.signIn',
  go_on: 'connect.goOn',
} as const satisfies Record<Exclude<Act, 'switch_mode'>, keyof typeof connect>;

/** The buttons that belong to what was said; those that go out to Stripe submit the form. */
export function ConnectActs({ place, flow, form, size }: { place: Place; flow: Flow; form: string; size?: ButtonLook['size'] }) {
  // What was pressed is gone with what it led to: the keyboard goes on at the first of the new buttons.
  const { said, begun } = flow;
  const text = said?.text;
  useEffect(() => {
    if (begun && text && document.activeElement === document.body) document.getElementById(`${form}-act`)?.focus();
  }, [begun, text, form]);
  return said?.acts.map((act, at) => {
    const id = at === 0 ? `${form}-act` : undefined;
    const look = { variant: at === 0 ? ('primary' as const) : ('plain' as const), size };
    const link = (href: string, text: string) => (
      <a key={act} id={id} href={href} className={buttonClass(look)}>
        {text}
      </a>
    );
    switch (act) {
      case 'show':
        return (
          <Button key={act} id={id} {...look} onClick={flow.show}>
            {t(words.show)}
          </Button>
        );
      case 'what_we_ask':
        return link(`${place.page}#asks`, t(words.what_we_ask));
      case 'switch_mode':
        return place.otherMode ? link(place.otherPage, t(place.mode === 'test' ? 'connect.switchToLive' : 'connect.switchToTest')) : null;
      case 'sign_in':
        return link(`/login?next=${encodeURIComponent(place.page)}`, t(words.sign_in));
      case 'go_on':
        return flow.next ? link(flow.next, t(words.go_on)) : null;
      default:
        return (
          <Button key={act} id={id} type="submit" form={form} name="act" value={act} {...look}>
            {t(words[act])}
          </Button>
        );
    }
  });
}
