'use client';

import { Button } from '#components/ui/button.tsx';
import { TextField } from '#components/ui/input.tsx';
import { people } from '#lib/messages/en/people.ts';
import { translator } from '#lib/messages/translate.ts';
import { logInAction } from '../actions.ts';
import { ProblemNote } from '../problem-note.tsx';
import { useForm } from '../use-form.ts';

const t = translator(people);

export function LogInForm({ next }: { next: string }) {
  const { form, send, pending, problem, value, error } = useForm(logInAction);
  return (
    <form ref={form} action={send} noValidate className="grid gap-4">
      <ProblemNote>{problem}</ProblemNote>
      <input type="hidden" name="next" value={next} />
      <TextField
        id="email"
        name="email"
        type="email"
        label={t('people.email')}
        autoComplete="username"
        required
        large
        defaultValue={value('email')}
        error={error('email')}
      />
      <TextField
        id="password"
        name="password"
        type="password"
        label={t('people.password')}
        autoComplete="current-password"
        required
        large
        error={error('password')}
      />
      <Button type="submit" variant="primary" size="large" busy={pending}>
        {t(pending ? 'people.signingIn' : 'people.signIn')}
      </Button>
    </form>
  );
}
