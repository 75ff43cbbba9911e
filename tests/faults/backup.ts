// A backup of a whole database and its return, row by row: as from a dump, but without ending anybody's connection.
import pg from 'pg';

/** Keeps every table as it is now; `restore` puts all of it back, as if nothing had happened since. */
export async function takeBackup(ownerUrl: string): Promise<{ restore: () => Promise<void>; close: () => Promise<void> }> {
  const url = new URL(process.env['TEST_CLUSTER_URL']!);
  url.pathname = new URL(ownerUrl).pathname;
  const client = new pg.Client({ connectionString: url.href });
  await client.connect();
  const { rows } = await client.query<{ name: string; columns: string }>(
    `SELECT quote_ident(c.relname) AS name, string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum) AS columns
       FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
      WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition GROUP BY c.relname`,
  );
  await client.query('CREATE SCHEMA kept');
  for (const { name, columns } of rows) await client.query(`CREATE TABLE kept.${name} AS SELECT ${columns} FROM public.${name}`);
  return {
    restore: async () => {
      await client.query(`BEGIN; SET LOCAL session_replication_role = replica; TRUNCATE ${rows.map(({ name }) => `public.${name}`).join(', ')}`);
      for (const { name, columns } of rows) await client.query(`INSERT INTO public.${name} (${columns}) SELECT ${columns} FROM kept.${name}`);
      await client.query('COMMIT');
    },
    close: () => client.end(),
  };
}
