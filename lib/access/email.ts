// E-mail addresses: one plain form, so that look-alikes and line breaks never reach the database or a mail header.

export function normalEmail(given: string): string {
  return given.normalize('NFKC').trim().toLowerCase();
}

/** Deliberately narrow: printable ASCII, one @, a dot in the domain, 254 characters at most. */
export function isEmail(email: string): boolean {
  return email.length <= 254 && /^[a-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+$/.test(email);
}
