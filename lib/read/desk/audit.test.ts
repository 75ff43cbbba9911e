// The audit log as it is read: what the filters keep, that each entry is met once, and that a foreign workspace's is never.
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { auditActs, auditGrammar } from '#lib/catalogue/lists.ts';
import { parseQuery, writeQuery, type ListQuery } from '#lib/catalogue/query.ts';
import { db, openDatabase, useDatabase } from '#lib/db.ts';
import { audit as words } from '#lib/messages/en/audit.ts';
import type { Merchant } from '#lib/merchant.ts';
import { asOwner } from '#tests/merchants.ts';
import { type FreshDatabase, freshDatabase } from '#tests/world.ts';
import { ledgerOfRow, merchantForJob } from '../../access/job.ts';
import { appendAudit, type AuditEntry } from '../../audit.ts';
import { type AuditRow, everyAudit, listAudit } from './audit.ts';

const ZONE = 'Europe/Oslo';
const HOSTILE = `<script>alert(1)</script>'); DROP TABLE audit_entry; -- =1+1 \u202e`;
const dana = { kind: 'person', id: randomUUID(), name: 'Dana Ruiz', email: 'dana@example.com', role: 'owner', session: 's' } as const;
const job = { kind: 'job', id: 'system', name: HOSTILE } as const;

let urls: FreshDatabase;
let close: () => Promise<void>;
let ours: Merchant;
let theirs: Merchant;

beforeAll(async () => {
  urls = await freshDatabase();
  close = useDatabase({ main: openDatabase({ url: urls.appUrl, role: 'app', max: 4 }) });
  [ours, theirs] = [await merchant(), await merchant()];
  const entries: AuditEntry[] = Array.from({ length: 60 }, (_, index) => ({
    act: index % 2 === 0 ? 'refund.asked' : 'refund.sent',
    actor: dana,
    account: 'acct_1',
    livemode: index % 3 === 0,
    object: { type: 'charge', id: `ch_${index % 5}` },
    operation: `op_${index}`,
    request: `req_${index}`,
    after: { amount: 8000n, currency: 'eur' },
  }));
  await append(ours, [...entries, { act: 'something.new', actor: job, texts: { note: HOSTILE } }]);
  await append(theirs, [{ act: 'refund.asked', actor: { ...dana, name: 'Foreign Fred' }, livemode: true, texts: { note: 'foreign' } }]);
});

afterAll(async () => {
  await close?.();
  await urls?.drop();
});

describe('the audit log', () => {
  it.each(['', 'size=25', 'size=25&what=refund.asked', 'size=25&who=dana'])('visits each entry once, newest first, there and back: "%s"', async (address) => {
    const there: AuditRow[][] = [];
    const starts: (number | undefined)[] = [];
    let query = parse(address);
    for (;;) {
      const page = await listAudit(ours, query, ZONE);
      there.push([...page.rows]);
      starts.push(page.start);
      if (!page.next) break;
      query = again({ ...query, cursor: page.next });
    }
    const seqs = there.flat().map(({ seq }) => seq);
    expect(seqs).toEqual([...new Set(seqs)].sort((a, b) => Number(b - a)));
    expect(seqs.length).toBe((await listAudit(ours, parse(address), ZONE)).total.count);
    expect(starts).toEqual(starts.map((_, page) => 1 + page * query.size));
    const back: AuditRow[][] = [];
    for (;;) {
      const page = await listAudit(ours, query, ZONE);
      back.unshift([...page.rows]);
      if (!page.previous) break;
      query = again({ ...query, cursor: page.previous });
    }
    expect(back).toEqual(there);
  });

  it.each<[string, (row: AuditRow) => boolean]>([
    ['what=refund.sent', ({ act }) => act === 'refund.sent'],
    ['what=refund.sent,refund.asked', ({ act }) => act.startsWith('refund.')],
    ['who=RUIZ', ({ actor }) => actor.id === dana.id],
    [`who=${dana.id}`, ({ actor }) => actor.id === dana.id],
    ['who=%25', ({ actor }) => actor.name?.includes('%') === true],
    ['object=ch_3', ({ object }) => object?.id === 'ch_3'],
    ['object=op_7', ({ operation }) => operation === 'op_7'],
    ['object=req_9', ({ request }) => request === 'req_9'],
    ['mode=live', ({ livemode }) => livemode === true],
    ['mode=live,test', ({ livemode }) => livemode !== null],
    ['date=1d', () => true],
    ['date=..2020-01-01', () => false],
    ['date=2020-01-01..', () => true],
    ['mode=test&what=refund.asked&object=ch_4', (row) => row.livemode === false && row.act === 'refund.asked' && row.object?.id === 'ch_4'],
  ])('keeps with "%s" exactly the entries that are meant, and counts them, on screen as in the file', async (address, meant) => {
    const expected = (await exported('')).filter(meant).map(({ seq }) => seq);
    const page = await listAudit(ours, { ...parse(address), size: 100 }, ZONE);
    expect(page.rows.map(({ seq }) => seq)).toEqual(expected);
    expect(page.total).toEqual({ count: expected.length, exact: true });
    expect((await exported(address)).map(({ seq }) => seq)).toEqual(expected);
  });

  it('ends a day where the workspace’s zone ends it', async () => {
    await asOwner(urls.ownerUrl, async (owner) => {
      await owner.query(`SELECT set_config('app.workspace', $1, false)`, [ours.workspace.id]);
      await owner.query(`UPDATE audit_entry SET at = '2026-10-24T22:00:00Z' WHERE workspace_id = $1 AND seq = 1`, [ours.workspace.id]);
    });
    const on = async (address: string, zone: string) => (await listAudit(ours, parse(address), zone)).rows.map(({ seq }) => seq);
    expect(await on('date=2026-10-25', ZONE)).toEqual([1n]);
    expect(await on('date=2026-10-25', 'UTC')).toEqual([]);
    expect(await on('date=2026-10-24', 'UTC')).toEqual([1n]);
  });

  it('shows a foreign workspace nothing of it, whatever is asked', async () => {
    const seen = [await exported('', theirs), await exported(`who=${dana.id}`, theirs), await exported('object=ch_3', theirs)];
    expect(seen.map((rows) => rows.length)).toEqual([1, 1, 0]);
    expect((await exported('who=fred')).length).toBe(0);
    expect(JSON.stringify(await exported(''), text)).not.toContain('oreign');
  });

  it('gives hostile text back as it was written, and an act it does not know under its own word', async () => {
    const { rows } = await listAudit(ours, parse(''), ZONE);
    expect(rows[0]).toMatchObject({ act: 'something.new', actor: { name: HOSTILE }, texts: { note: HOSTILE }, object: null });
    expect((await listAudit(ours, parse(`who=${encodeURIComponent(`'); DROP TABLE`)}`), ZONE)).rows.length).toBe(1);
  });

  it('has a sentence for every act that can be asked for, and offers every act that has one', () => {
    const told = Object.keys(words).flatMap((key) => (key.startsWith('audit.act.') ? [key.slice('audit.act.'.length)] : []));
    expect(told.sort()).toEqual([...auditActs].sort());
  });

  it('has no entry in the file that came after it was asked for', async () => {
    const rows = [];
    for await (const batch of everyAudit(ours, { filters: [] }, ZONE, 30n, 7)) rows.push(...batch);
    expect(rows.map(({ seq }) => seq)).toEqual(Array.from({ length: 30 }, (_, at) => BigInt(30 - at)));
  });
});

function parse(address: string): ListQuery {
  return parseQuery(new URLSearchParams(address), auditGrammar);
}

/** As the next link says it. */
function again(query: ListQuery): ListQuery {
  return parseQuery(writeQuery(query, auditGrammar), auditGrammar);
}

async function exported(address: string, merchant = ours): Promise<AuditRow[]> {
  const rows: AuditRow[] = [];
  for await (const batch of everyAudit(merchant, parse(address), ZONE, 1_000n, 7)) rows.push(...batch);
  return rows;
}

async function append(merchant: Merchant, entries: readonly AuditEntry[]): Promise<void> {
  for (const entry of entries) await db.as(merchant, (tx) => appendAudit(tx, merchant.workspace.id, entry));
}

async function merchant(): Promise<Merchant> {
  const id = randomUUID();
  await asOwner(urls.ownerUrl, (owner) =>
    owner.query(`INSERT INTO workspace (id, slug, name, time_zone, locale) VALUES ($1, $2, 'Audit', $3, 'en')`, [id, `w-${id.slice(0, 8)}`, ZONE]),
  );
  return merchantForJob(ledgerOfRow({ workspace_id: id, account: 'acct_1', livemode: false, generation: 1 }), 'test');
}

function text(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value;
}
