// Three projects: unit (pure, no processes), contract (one suite over every implementation of an interface),
// flow (whole stories through the front door). Two workers at most: the suite is meant for a two-core machine.
import { defineConfig } from 'vitest/config';

const project = (name: string, testTimeout: number) => ({
  extends: true as const,
  test: { name, include: [`test/${name}/**/*.test.ts`], testTimeout, hookTimeout: testTimeout },
});

export default defineConfig({
  test: {
    pool: 'forks',
    maxWorkers: 2,
    reporters: ['default', './test/support/tally-reporter.ts'],
    projects: [project('unit', 20_000), project('contract', 120_000), project('flow', 120_000)],
  },
});
