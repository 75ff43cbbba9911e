// One object as JSON to read: indented, escaped, and with every id in it a link to what it names.
import { type Html, html } from './html.ts';

export function jsonView(value: unknown, linkTo: (id: string) => string | null): Html {
  const parts = JSON.stringify(value, null, 2).split(/("(?:[^"\\]|\\.)*")/);
  return html`<pre>${parts.map((part, i) => (i % 2 ? quoted(part, linkTo) : part))}</pre>`;
}

function quoted(part: string, linkTo: (id: string) => string | null): Html | string {
  const id = part.slice(1, -1);
  const href = /^[a-z]{2,9}_[A-Za-z0-9_]{6,}$/.test(id) ? linkTo(id) : null;
  return href ? html`"<a href="${href}">${id}</a>"` : part;
}
