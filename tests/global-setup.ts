// vitest's global set-up: one PostgreSQL for all test files of the run.
import { startCluster } from './cluster.ts';

export default async function setup(): Promise<(() => Promise<void>) | undefined> {
  if (process.env['TEST_CLUSTER_URL']) return undefined;
  const cluster = await startCluster();
  process.env['TEST_CLUSTER_URL'] = cluster.url;
  return cluster.stop;
}
