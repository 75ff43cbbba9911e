// The audit log as a file: the filters of the screen, streamed from the first byte, and itself an entry.
import { Temporal } from 'temporal-polyfill';
import { merchantForRequest } from '#lib/access/session.ts';
import { appendAudit } from '#lib/audit.ts';
import { auditGrammar } from '#lib/catalogue/lists.ts';
import { parseQuery, writeQuery } from '#lib/catalogue/query.ts';
import { db } from '#lib/db.ts';
import { t } from '#lib/messages/index.ts';
import { type AuditRow, everyAudit } from '#lib/read/desk/audit.ts';
import { refuse } from '../../../../../../api/connect/form.ts';
import { apiHeaders } from '../../../../../../api/headers.ts';
import { csvLine } from '../../../_desk/csv.ts';
import { modeText, whatText } from '../describe.ts';

type Context = { params: Promise<{ workspace: string; mode: string }> };

export async function GET(request: Request, { params }: Context): Promise<Response> {
  try {
    const { workspace, mode } = await params;
    const merchant = await merchantForRequest(workspace, mode, 'audit', request);
    const query = { ...parseQuery(new URL(request.url).searchParams, auditGrammar), cursor: null };
    const { timeZone, locale, slug, id } = merchant.workspace;
    const filters = writeQuery(query, auditGrammar).toString();
    const entry = await db.as(merchant, (tx) =>
      appendAudit(tx, id, { act: 'export.audit', actor: merchant.actor, livemode: merchant.livemode, texts: filters ? { filters } : {} }),
    );
    const batches = everyAudit(merchant, query, timeZone, entry - 1n);
    const body = streamOf(async function* lines() {
      yield `\ufeff${csvLine(headOf(timeZone))}`;
      for await (const rows of batches) yield rows.map((row) => csvLine(cellsOf(row, timeZone, locale))).join('');
    });
    return new Response(body, {
      headers: apiHeaders({
        'Content-Type': 'text/csv; charset=utf-8',
        'Content-Disposition': `attachment; filename="audit-${slug}-${Temporal.Now.plainDateISO(timeZone).toString()}.csv"`,
        'Cache-Control': 'private, no-store',
      }),
    });
  } catch (error) {
    return refuse(error);
  }
}

function headOf(zone: string): string[] {
  return [
    t('audit.entry'),
    `${t('audit.when')} (${zone})`,
    ...['audit.who', 'audit.actor', 'audit.what', 'audit.word', 'audit.mode', 'audit.account', 'audit.object', 'audit.request', 'audit.operation'].map((key) =>
      t(key as 'audit.who'),
    ),
    'before',
    'after',
    'texts',
  ];
}

function cellsOf(row: AuditRow, zone: string, locale: string): (string | null)[] {
  const { actor, object } = row;
  return [
    row.seq.toString(),
    Temporal.Instant.from(row.exact).toZonedDateTimeISO(zone).toString({ timeZoneName: 'never', fractionalSecondDigits: 6 }),
    actor.name,
    actor.id,
    whatText(row, locale),
    row.act,
    modeText(row.livemode),
    row.account,
    object?.id ?? null,
    row.request,
    row.operation,
    ...[row.before, row.after, row.texts].map((fields) => (Object.keys(fields).length > 0 ? JSON.stringify(fields) : null)),
  ];
}

/** Pulled as it is read; a reader who goes away ends it. What fails on the way breaks the download off, so that no part is taken for the whole. */
function streamOf(make: () => AsyncGenerator<string>): ReadableStream<Uint8Array> {
  const lines = make();
  const encoder = new TextEncoder();
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await lines.next();
      if (done) controller.close();
      else controller.enqueue(encoder.encode(value));
    },
    async cancel() {
      await lines.return(undefined);
    },
  });
}
