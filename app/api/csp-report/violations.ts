/** The three words of a report that help; paths and samples may hold what people read, and stay out. */
export type Violation = { readonly directive: string; readonly blocked: string; readonly page: string };

const MOST = 10;

/** Both forms that browsers send: Reporting API (`[{type, body}]`) and the older `{'csp-report': …}`. Null when it is neither. */
export function violationsIn(text: string): readonly Violation[] | null {
  const parsed = parse(text);
  if (Array.isArray(parsed)) return parsed.slice(0, MOST).flatMap((report: unknown) => violation(member(report, 'body')));
  const old = member(parsed, 'csp-report');
  return old === undefined ? null : violation(old);
}

function violation(report: unknown): Violation[] {
  const directive = word(member(report, 'effectiveDirective') ?? member(report, 'effective-directive') ?? member(report, 'violated-directive'));
  if (directive === '') return [];
  return [
    {
      directive,
      blocked: originOf(member(report, 'blockedURL') ?? member(report, 'blocked-uri')),
      page: originOf(member(report, 'documentURL') ?? member(report, 'document-uri')),
    },
  ];
}

function member(value: unknown, name: string): unknown {
  return value !== null && typeof value === 'object' && Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined;
}

function word(value: unknown): string {
  return typeof value === 'string' ? value.replace(/[^a-z-]/g, '').slice(0, 40) : '';
}

function originOf(value: unknown): string {
  if (typeof value !== 'string') return '';
  return URL.canParse(value) ? new URL(value).origin : word(value);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
