// CSV as RFC 4180 has it, with cells that no spreadsheet takes for a formula.

export function csvLine(cells: readonly (string | null)[]): string {
  return `${cells.map((cell) => quoted(harmless(cell ?? ''))).join(',')}\r\n`;
}

/** Spreadsheets run what begins with one of these, the full-width forms included; an apostrophe before it makes it text (CWE-1236). */
function harmless(text: string): string {
  return /^[\s\ufeff\u200b-\u200f]*[=+\-@\uff1d\uff0b\uff0d\uff20]|^[\t\r\n]/.test(text) ? `'${text}` : text;
}

function quoted(text: string): string {
  return /[",\r\n']|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
