import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{lib,components,app,processes,sandbox,scripts,tests}/**/*.test.{ts,tsx}'],
    globalSetup: ['tests/global-setup.ts'],
    pool: 'forks',
    // Many files wait more than they work: one worker for each of two cores, where the default leaves one core idle.
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
