'use server';

// The doors of those who are not signed in. Each checks where it was called from (S5) and answers with texts for its form.
import { cookies } from 'next/headers';
import { redirect } from 'next/navigation';
import { z } from 'zod';
import { countTry } from '#lib/access/limits.ts';
import { logIn } from '#lib/access/log-in.ts';
import { findSignedIn, requestFrom, requireOwnPage } from '#lib/access/session.ts';
import { openSession, sealSession, sessionCookie } from '#lib/access/session-cookie.ts';
import { ABSOLUTE_SECONDS, endSession, findSession } from '#lib/access/session-row.ts';
import { signUp } from '#lib/access/sign-up.ts';
import { confirmEmail } from '#lib/access/verify.ts';
import { createWorkspace, homeOf } from '#lib/access/workspaces.ts';
import { AppError, isDatabaseAway } from '#lib/errors.ts';
import { safePath } from '#lib/href.ts';
import { t } from '#lib/messages/index.ts';
import type { FormState } from './form-state.ts';

const text = z.string().max(1_000).catch('');

export async function signUpAction(_previous: FormState, form: FormData): Promise<FormState> {
  const { email, name, password } = read(form, { email: text, name: text, password: text });
  return guarded({ email, name }, async () => {
    const { ip } = await requestFrom();
    const answer = await signUp({ email, name, password, ip });
    if (answer.kind === 'sent') return { sentTo: answer.email };
    if (answer.kind === 'limited') return { problem: limited(answer.seconds) };
    return {
      errors: said({
        email: answer.email && t('people.emailMalformed'),
        name: answer.name && t(answer.name === 'missing' ? 'people.nameMissing' : 'people.nameLong'),
        password: answer.password && t(passwordFaults[answer.password]),
      }),
    };
  });
}

export async function logInAction(_previous: FormState, form: FormData): Promise<FormState> {
  const { email, password, next } = read(form, { email: text, password: text, next: z.string().max(2_000).catch('') });
  const empty = said({ email: email.trim() === '' && t('people.emailMalformed'), password: password === '' && t('people.passwordMissing') });
  if (Object.keys(empty).length > 0) return { values: { email }, errors: empty };
  return guarded({ email }, async () => {
    const answer = await logIn({ email, password, from: await requestFrom() });
    if (answer.kind === 'limited') return { problem: limited(answer.seconds) };
    if (answer.kind === 'refused') return { problem: t('people.refused') };
    if (answer.kind === 'unverified') return { problem: t('people.unverified') };
    await begin(answer.token);
    redirect(safePath(next, await homeOf(answer.person)));
  });
}

export async function verifyAction(token: string, _previous: FormState, form: FormData): Promise<FormState> {
  const { password } = read(form, { password: text });
  if (password === '') return { errors: { password: t('people.passwordMissing') } };
  return guarded({}, async () => {
    const answer = await confirmEmail({ token: text.parse(token), password, from: await requestFrom() });
    if (answer.kind === 'gone') return { problem: t('people.linkGone') };
    if (answer.kind === 'limited') return { problem: limited(answer.seconds) };
    if (answer.kind === 'wrong_password') return { errors: { password: t('people.wrongPassword') } };
    await begin(answer.token);
    const signedIn = await findSession(answer.token, false);
    redirect(signedIn ? await homeOf(signedIn.person.id) : '/login');
  });
}

export async function createWorkspaceAction(_previous: FormState, form: FormData): Promise<FormState> {
  const given = read(form, { name: text, slug: text, timeZone: text, locale: text });
  return guarded(given, async () => {
    const signedIn = await findSignedIn();
    if (!signedIn) redirect('/login?next=/welcome');
    const { id, name, email } = signedIn.person;
    if ((await countTry('workspace', id)) !== null) return { problem: t('people.tooManyWorkspaces') };
    const actor = { kind: 'person', id, name, email, role: 'owner', session: signedIn.session } as const;
    const made = await createWorkspace({ id, actor }, { ...given, slug: given.slug.trim() });
    if (made.kind === 'created') redirect(`/${made.workspace.slug}`);
    return {
      errors: said({
        name: made.name && t(made.name === 'missing' ? 'people.workspaceNameMissing' : 'people.workspaceNameLong'),
        slug: made.slug && t(made.slug === 'taken' ? 'people.slugTaken' : 'people.slugMalformed'),
        timeZone: made.timeZone && t('people.timeZoneUnknown'),
        locale: made.locale && t('people.localeUnknown'),
      }),
    };
  });
}

const passwordFaults = { short: 'people.passwordShort', long: 'people.passwordLong', common: 'people.passwordCommon', own: 'people.passwordOwn' } as const;

/** A new session at every sign-in; the one before it in this browser ends (S8). */
async function begin(token: string): Promise<void> {
  const { name, options } = sessionCookie();
  const jar = await cookies();
  const before = await openSession(jar.get(name)?.value);
  if (before !== null) await endSession(before);
  jar.set(name, await sealSession(token), { ...options, maxAge: ABSOLUTE_SECONDS });
}

/** Runs an action's work behind the origin check; what was typed goes back with any refusal, passwords apart. */
async function guarded(values: Readonly<Record<string, string>>, work: () => Promise<FormState>): Promise<FormState> {
  try {
    await requireOwnPage();
    const state = await work();
    return state?.sentTo ? state : { values, ...state };
  } catch (error) {
    if (error instanceof AppError && error.code === 'cross_origin') return { values, problem: t('people.crossOrigin') };
    if (isDatabaseAway(error)) return { values, problem: t('people.away') };
    throw error;
  }
}

/** An action is a public endpoint: what stands in the form's place may be anything. */
function read<S extends Record<string, z.ZodType<string>>>(form: FormData, shape: S): { [K in keyof S]: string } {
  return z.object(shape).parse(Object.fromEntries(Object.keys(shape).map((name) => [name, form instanceof FormData ? (form.get(name) ?? '') : '']))) as {
    [K in keyof S]: string;
  };
}

function said(texts: Readonly<Record<string, string | false | undefined>>): Record<string, string> {
  return Object.fromEntries(Object.entries(texts).filter((entry): entry is [string, string] => Boolean(entry[1])));
}

function limited(seconds: number): string {
  return t('people.limited', { count: Math.ceil(seconds / 60) });
}
