// Copy of sign-up, sign-in, workspaces and welcome.
export const people = {
  'people.signIn': 'Sign in',
} as const;
