import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{lib,components,app,processes,sandbox,scripts,tests}/**/*.test.{ts,tsx}'],
    globalSetup: ['tests/global-setup.ts'],
    pool: 'forks',
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
