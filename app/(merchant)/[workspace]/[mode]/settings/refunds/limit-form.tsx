'use client';

import Link from 'next/link';
import { unstable_rethrow, useRouter } from 'next/navigation';
import { startTransition, useActionState, useEffect, useEffectEvent, useId, useRef, useState } from 'react';
import { Note } from '#components/ui/banner.tsx';
import { Button } from '#components/ui/button.tsx';
import { buttonClass } from '#components/ui/button-class.ts';
import { TextField } from '#components/ui/input.tsx';
import { MoneyInput } from '#components/ui/money-input.tsx';
import { SelectField } from '#components/ui/select.tsx';
import { announce } from '#components/ui/status-region.tsx';
import { limits } from '#lib/messages/en/limits.ts';
import { translator } from '#lib/messages/translate.ts';
import { fieldName, NEW, type Figure, type FormLine, type LimitAction, type LimitState } from './limit-form-state.ts';

const t = translator(limits);

type LimitFormProps = {
  /** What is changed, for those who hear the form. */
  title: string;
  lines: readonly FormLine[];
  figures: readonly Figure[];
  /** Codes that have no line yet, the likely ones first. */
  currencies: readonly string[];
  action: LimitAction;
  /** The page without the form, and the link on it that opened this one. */
  back: string;
  opener: string;
  binds: boolean;
};

/** One line per currency and one to add. What was typed stays whatever the server answers; the password is asked for in place. */
export function LimitForm({ title, lines, figures, currencies, action, back, opener, binds }: LimitFormProps) {
  const router = useRouter();
  const id = useId();
  const form = useRef<HTMLFormElement>(null);
  const [state, send, busy] = useActionState<LimitState, FormData>((previous, data) => heard(action, previous, data), null);
  const [typed, setTyped] = useState<Readonly<Record<string, string>>>(() =>
    Object.fromEntries(lines.flatMap(({ currency, figures: texts }) => figures.map((figure) => [fieldName(figure, currency), texts[figure] ?? '']))),
  );
  const [added, setAdded] = useState('');
  const error = (name: string) => (state?.kind === 'again' ? state.errors[name] : undefined);
  const asksPassword = state?.kind === 'again' && state.asksPassword;

  const onState = useEffectEvent((now: LimitState) => {
    if (now?.kind === 'saved') {
      announce(now.text);
      router.replace(back, { scroll: false });
      router.refresh();
    }
    if (now?.kind === 'again')
      (
        form.current?.querySelector<HTMLElement>('[aria-invalid="true"]') ?? form.current?.querySelector<HTMLElement>('[name="password"], [data-problem]')
      )?.focus();
  });
  useEffect(() => {
    if (state && !busy) onState(state);
  }, [state, busy]);
  useEffect(() => () => void setTimeout(() => document.activeElement === document.body && document.getElementById(opener)?.focus()), [opener]);

  const field = (figure: Figure, currency: string) => {
    const name = fieldName(figure, currency);
    const code = currency === NEW ? added.toUpperCase() : currency.toUpperCase();
    return (
      <MoneyInput
        key={name}
        id={`${id}-${name}`}
        name={name}
        label={currency === NEW ? t(`limits.form.${NEW_LABEL[figure]}`) : t(`limits.form.${figure}`, { currency: code })}
        code={code}
        value={typed[name] ?? ''}
        onChange={(event) => setTyped({ ...typed, [name]: event.target.value })}
        error={error(name)}
      />
    );
  };
  return (
    <form
      ref={form}
      action={send}
      aria-label={title}
      noValidate
      className="grid gap-4 border-t border-line bg-bg px-4 py-4"
      onSubmit={(event) => {
        // Sent by hand: React would empty the fields after an action of its own.
        event.preventDefault();
        const data = new FormData(event.currentTarget);
        if (!busy) startTransition(() => send(data));
      }}
    >
      {lines.length === 0 ? null : (
        <div className="grid gap-3">
          {lines.map(({ currency }) => (
            <div key={currency} className="grid max-w-[560px] grid-cols-2 items-start gap-3 max-md:grid-cols-1">
              <input type="hidden" name="currency" value={currency} />
              {figures.map((figure) => field(figure, currency))}
            </div>
          ))}
        </div>
      )}
      <div className="grid max-w-[560px] grid-cols-2 items-start gap-3 max-md:grid-cols-1">
        <div className="col-span-full grid grid-cols-2 gap-3 max-md:grid-cols-1">
          <SelectField
            id={`${id}-currency`}
            name="newCurrency"
            label={t('limits.form.currency')}
            large
            options={[{ value: '', label: t('limits.form.noCurrency') }, ...currencies.map((code) => ({ value: code, label: code.toUpperCase() }))]}
            value={added}
            onChange={(event) => setAdded(event.target.value)}
            error={error('newCurrency')}
          />
        </div>
        {figures.map((figure) => field(figure, NEW))}
      </div>
      {figures.includes('day') ? (
        <p className="text-meta text-fg-3">{[t('limits.form.hint'), binds ? t('limits.form.binds') : ''].filter(Boolean).join(' ')}</p>
      ) : null}
      {asksPassword ? (
        <div className="max-w-[272px]">
          <TextField
            id={`${id}-password`}
            name="password"
            type="password"
            label={t('limits.form.password')}
            hint={t('limits.form.passwordWhy')}
            autoComplete="current-password"
            large
            error={error('password')}
          />
        </div>
      ) : null}
      {state?.kind === 'again' && state.problem ? (
        <div tabIndex={-1} data-problem>
          <Note tone="neg" alert>
            {state.problem}
          </Note>
        </div>
      ) : null}
      <div className="flex flex-wrap gap-2">
        <Button type="submit" variant="primary" busy={busy}>
          {t(busy ? 'limits.form.saving' : 'limits.form.save')}
        </Button>
        <Link href={back} prefetch={false} scroll={false} className={buttonClass()}>
          {t('limits.form.cancel')}
        </Link>
      </div>
    </form>
  );
}

const NEW_LABEL = { each: 'newEach', day: 'newDay', above: 'newAbove' } as const;

/** A broken connection is said beside the form, and what was typed stays. */
async function heard(action: LimitAction, previous: LimitState, data: FormData): Promise<LimitState> {
  try {
    return await action(previous, data);
  } catch (error) {
    unstable_rethrow(error);
    return { kind: 'again', errors: {}, problem: t('limits.error.offline'), asksPassword: previous?.kind === 'again' && previous.asksPassword };
  }
}
