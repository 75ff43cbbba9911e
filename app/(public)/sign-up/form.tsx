'use client';

import { Note } from '#components/ui/banner.tsx';
import { Button } from '#components/ui/button.tsx';
import { TextField } from '#components/ui/input.tsx';
import { people } from '#lib/messages/en/people.ts';
import { translator } from '#lib/messages/translate.ts';
import { signUpAction } from '../actions.ts';
import { ProblemNote } from '../problem-note.tsx';
import { useForm } from '../use-form.ts';

const t = translator(people);

export function SignUpForm() {
  const { form, send, pending, problem, sentTo, value, error } = useForm(signUpAction);
  if (sentTo) return <Sent to={sentTo} />;
  return (
    <form ref={form} action={send} noValidate className="grid gap-4">
      <ProblemNote>{problem}</ProblemNote>
      <TextField
        id="email"
        name="email"
        type="email"
        label={t('people.workEmail')}
        autoComplete="username"
        required
        large
        defaultValue={value('email')}
        error={error('email')}
      />
      <TextField
        id="name"
        name="name"
        label={t('people.name')}
        hint={t('people.nameHint')}
        autoComplete="name"
        maxLength={80}
        required
        large
        defaultValue={value('name')}
        error={error('name')}
      />
      <TextField
        id="password"
        name="password"
        type="password"
        label={t('people.password')}
        hint={t('people.newPasswordHint')}
        autoComplete="new-password"
        required
        large
        error={error('password')}
      />
      <Button type="submit" variant="primary" size="large" busy={pending}>
        {t(pending ? 'people.creating' : 'people.createAccount')}
      </Button>
    </form>
  );
}

/** The same for a known and an unknown e-mail: what is the case stands in the mail. */
function Sent({ to }: { to: string }) {
  return (
    <div className="grid gap-3" role="status">
      <Note tone="pos">
        <p className="font-semibold">{t('people.sentTitle')}</p>
        <p className="break-words">{t('people.sent', { email: to })}</p>
      </Note>
      <p className="text-fg-3">
        {t('people.sentNothing')}{' '}
        <a href="/sign-up" className="text-accent underline underline-offset-2">
          {t('people.again')}
        </a>
      </p>
    </div>
  );
}
