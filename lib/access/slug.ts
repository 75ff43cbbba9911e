// The address of a workspace: made once from its name, for good.

const reserved = new Set(
  `about account admin api app assets connect docs favicon health help invite live login logout me new privacy public reset robots sandbox security settings
  sign-up static status support terms test verify welcome well-known workspaces www`.split(/\s+/),
);

export function isSlug(slug: string): boolean {
  return /^[a-z][a-z0-9-]{2,39}$/.test(slug) && !reserved.has(slug);
}

/** `Café & Søn Weekly` → `cafe-son-weekly`. Falls back to `workspace` and a word where nothing usable is left. */
export function slugFrom(name: string): string {
  const plain = name
    .replaceAll(/[øØ]/g, 'o')
    .replaceAll(/[æÆ]/g, 'ae')
    .replaceAll('ß', 'ss')
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^[-0-9]+|-+$/g, '')
    .slice(0, 40)
    .replace(/-+$/, '');
  return isSlug(plain) ? plain : `workspace${plain ? `-${plain}` : ''}`.slice(0, 40).replace(/^workspace$/, 'workspace-1');
}
