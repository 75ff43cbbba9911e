// The mails the sink received, in a table of its own in the sandbox's file.
import type { DatabaseSync } from 'node:sqlite';

export type Mail = {
  id: number;
  at: string;
  from: string;
  to: string[];
  subject: string;
  text: string;
  html: string | null;
  links: string[];
};
export type MailBox = ReturnType<typeof openMailBox>;

export function openMailBox(db: DatabaseSync) {
  db.exec(`CREATE TABLE IF NOT EXISTS mail (
    id INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, sender TEXT NOT NULL, recipients TEXT NOT NULL,
    subject TEXT NOT NULL, text TEXT NOT NULL, html TEXT, raw BLOB NOT NULL)`);
  db.exec(`CREATE TABLE IF NOT EXISTS mail_recipient (
    address TEXT NOT NULL, mail INTEGER NOT NULL REFERENCES mail(id), PRIMARY KEY (address, mail)) WITHOUT ROWID`);
  const columns = 'id, at, sender, recipients, subject, text, html';
  const add = db.prepare('INSERT INTO mail (at, sender, recipients, subject, text, html, raw) VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING id');
  const address = db.prepare('INSERT OR IGNORE INTO mail_recipient (address, mail) VALUES (?, ?)');
  const all = db.prepare(`SELECT ${columns} FROM mail WHERE id < ? ORDER BY id DESC LIMIT ?`);
  const toOne = db.prepare(`SELECT ${columns} FROM mail JOIN mail_recipient ON mail.id = mail_recipient.mail
    WHERE address = ? AND id < ? ORDER BY id DESC LIMIT ?`);
  const one = db.prepare(`SELECT ${columns} FROM mail WHERE id = ?`);
  const rawOf = db.prepare('SELECT raw FROM mail WHERE id = ?');
  const total = db.prepare('SELECT count(*) AS n FROM mail');

  return {
    keep(mail: Omit<Mail, 'id' | 'links'>, raw: Uint8Array): number {
      const row = add.get(mail.at, mail.from, JSON.stringify(mail.to), mail.subject, mail.text, mail.html, raw);
      const id = Number(row?.id);
      for (const to of mail.to) address.run(to.toLowerCase(), id);
      return id;
    },
    list({ to, before = Number.MAX_SAFE_INTEGER, limit = 50 }: { to?: string; before?: number; limit?: number } = {}): Mail[] {
      const rows = to === undefined ? all.all(before, limit) : toOne.all(to.toLowerCase(), before, limit);
      return rows.map(mailOf);
    },
    find(id: number): Mail | null {
      const row = one.get(id);
      return row ? mailOf(row) : null;
    },
    raw(id: number): Uint8Array | null {
      const row = rawOf.get(id);
      return row?.raw instanceof Uint8Array ? row.raw : null;
    },
    count: (): number => Number(total.get()?.n ?? 0),
  };
}

function mailOf(row: Record<string, unknown>): Mail {
  const text = String(row.text);
  const html = row.html === null ? null : String(row.html);
  return {
    id: Number(row.id),
    at: String(row.at),
    from: String(row.sender),
    to: JSON.parse(String(row.recipients)) as string[], // written by keep() above
    subject: String(row.subject),
    text,
    html,
    links: linksOf(text, html),
  };
}

function linksOf(text: string, html: string | null): string[] {
  const inText = text.match(/https?:\/\/[^\s<>"']+[^\s<>"'.,;:!?)\]]/g) ?? [];
  const inHtml = [...(html ?? '').matchAll(/href="(https?:[^"]+)"/g)].map((match) => (match[1] ?? '').replaceAll('&amp;', '&'));
  return [...new Set([...inText, ...inHtml])];
}
