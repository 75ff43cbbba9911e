// What an action hands back to its form: texts ready to show, tied to the fields they are about.
export type FormState = { values?: Readonly<Record<string, string>>; errors?: Readonly<Record<string, string>>; problem?: string; sentTo?: string } | null;
