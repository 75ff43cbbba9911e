'use client';

import { useState, useSyncExternalStore } from 'react';
import { Button } from '#components/ui/button.tsx';
import { TextField } from '#components/ui/input.tsx';
import { SelectField, type Option } from '#components/ui/select.tsx';
import { slugFrom } from '#lib/access/slug.ts';
import { people } from '#lib/messages/en/people.ts';
import { translator } from '#lib/messages/translate.ts';
import { createWorkspaceAction } from '../(public)/actions.ts';
import { ProblemNote } from '../(public)/problem-note.tsx';
import { useForm } from '../(public)/use-form.ts';

const t = translator(people);

export function WelcomeForm({ zones, locales, locale }: { zones: readonly string[]; locales: readonly Option[]; locale: string }) {
  const { form, send, pending, problem, value, error } = useForm(createWorkspaceAction);
  const [slug, setSlug] = useState('');
  const [typed, setTyped] = useState(false);
  const [chosen, setChosen] = useState<string | null>(null);
  const own = useSyncExternalStore(never, browserZone, serverZone);
  const zone = chosen ?? (zones.includes(own) ? own : serverZone());
  return (
    <form ref={form} action={send} noValidate className="grid gap-4">
      <ProblemNote>{problem}</ProblemNote>
      <TextField
        id="name"
        name="name"
        label={t('people.workspaceName')}
        autoComplete="organization"
        maxLength={80}
        required
        large
        defaultValue={value('name')}
        error={error('name')}
        onChange={(event) => typed || setSlug(event.target.value.trim() === '' ? '' : slugFrom(event.target.value))}
      />
      <TextField
        id="slug"
        name="slug"
        label={t('people.address')}
        hint={t('people.addressHint')}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        maxLength={40}
        large
        value={slug}
        error={error('slug')}
        onChange={(event) => {
          setTyped(event.target.value !== '');
          setSlug(event.target.value);
        }}
      />
      <div className="grid grid-cols-2 gap-4 max-md:grid-cols-1">
        <SelectField
          id="timeZone"
          name="timeZone"
          label={t('people.timeZone')}
          options={zones.map((each) => ({ value: each, label: each.replaceAll('_', ' ') }))}
          large
          value={zone}
          onChange={(event) => setChosen(event.target.value)}
          error={error('timeZone')}
        />
        <SelectField
          id="locale"
          name="locale"
          label={t('people.locale')}
          options={locales}
          large
          defaultValue={value('locale') ?? locale}
          error={error('locale')}
        />
      </div>
      <Button type="submit" variant="primary" size="large" busy={pending}>
        {t('people.createWorkspace')}
      </Button>
    </form>
  );
}

// The server cannot know where the person is; the browser says so once it draws the form itself.
const never = () => () => {};
const browserZone = () => new Intl.DateTimeFormat().resolvedOptions().timeZone;
const serverZone = () => 'UTC';
