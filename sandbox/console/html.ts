// Templates that escape: whatever is not made by `html` itself is text, so a customer named <script> stays a name.
export class Html {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
  toString(): string {
    return this.text;
  }
}

export type Piece = Html | string | number | bigint | boolean | null | undefined | readonly Piece[];

export function html(strings: TemplateStringsArray, ...pieces: readonly Piece[]): Html {
  let text = strings[0] ?? '';
  pieces.forEach((piece, i) => {
    text += render(piece) + (strings[i + 1] ?? '');
  });
  return new Html(text);
}

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"'\0]/g, (char) => ESCAPED[char] ?? '');
}

/** Addresses in plain text become links; everything else is escaped. */
export function linkify(text: string): Html {
  const parts = text.split(/(https?:\/\/[^\s<>"']+[^\s<>"'.,;:!?)\]])/);
  return html`${parts.map((part, i) => (i % 2 ? html`<a href="${part}" target="_blank" rel="noopener">${part}</a>` : part))}`;
}

const ESCAPED: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;', '\0': '\uFFFD' };

function render(piece: Piece): string {
  if (piece instanceof Html) return piece.text;
  if (Array.isArray(piece)) return piece.map(render).join('');
  if (piece === null || piece === undefined || piece === false || piece === true) return '';
  return escapeHtml(String(piece));
}
