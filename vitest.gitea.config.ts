// The stories on a real Gitea (`npm run test:gitea`): one file after the other, one Gitea per story.
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/gitea/**/*.test.ts'],
    globalSetup: './test/gitea/needs-gitea.ts',
    pool: 'forks',
    maxWorkers: 1,
    testTimeout: 180_000,
    hookTimeout: 120_000,
    reporters: ['default', './test/gitea/flows-reporter.ts'],
  },
});
