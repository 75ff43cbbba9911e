// The frame around every page: hatched edge, the sticky line that says what this is, and for the console its bar.
import { type Answer, page } from './answer.ts';
import { type Html, html, type Piece } from './html.ts';

export function shell({ title, bar, narrow = false, body }: { title: string; bar?: Html; narrow?: boolean; body: Piece }): Html {
  return html`<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${title} · Sandbox</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/_sandbox/console.css">
</head>
<body>
<p class="notice" role="note"><strong>SANDBOX.</strong> This is not Stripe. No real account or money is involved.</p>
<div class="frame ${narrow ? 'narrow' : ''}">
${bar}
<main>
${body}
</main>
</div>
</body>
</html>`;
}

export function refuse(status: number, message: string, bar?: Html): Answer {
  return page(status, shell({ title: 'Not possible', bar, narrow: bar === undefined, body: html`<h1>Not possible</h1><p>${message}</p>` }));
}

/** What the last act did, carried over the redirect in `?said=` (or `?failed=`) and shown as text. */
export function said(url: URL): Html | null {
  const failed = url.searchParams.get('failed');
  if (failed) return html`<p class="said bad" role="alert">${failed}</p>`;
  const done = url.searchParams.get('said');
  return done ? html`<p class="said" role="status">${done}</p>` : null;
}

export function facts(rows: readonly (readonly [string, Piece])[]): Html {
  return html`<dl class="facts">${rows.map(([name, value]) => html`<dt>${name}</dt><dd>${value ?? '–'}</dd>`)}</dl>`;
}

export function table(label: string, heads: readonly Piece[], rows: readonly (readonly Piece[])[], empty: string): Html {
  if (rows.length === 0) return html`<p class="soft">${empty}</p>`;
  return html`<div class="scroll" role="region" aria-label="${label}" tabindex="0"><table>
<thead><tr>${heads.map((head) => html`<th scope="col">${head}</th>`)}</tr></thead>
<tbody>${rows.map((row) => html`<tr>${row.map((cell) => html`<td>${cell}</td>`)}</tr>`)}</tbody></table></div>`;
}

/** Seconds as Stripe keeps them, said in UTC: the sandbox has no time zone of its own. */
export function when(seconds: number | null | undefined): Html {
  if (!seconds) return html`<span class="soft">–</span>`;
  const iso = new Date(seconds * 1000).toISOString();
  return html`<time class="when" datetime="${iso}">${iso.slice(0, 16).replace('T', ' ')}</time>`;
}
