// The stories on a real Gitea (`npm run test:gitea`): one file after the other, one Gitea each.
import { defineConfig } from 'vitest/config';

if (!process.env['KUGETSU_TEST_GITEA']) {
  process.stderr.write(`test:gitea needs a Gitea program (1.22 or newer):
  KUGETSU_TEST_GITEA=/path/to/gitea npm run test:gitea
A release binary or a build of your own will do; for a build without embedded assets name its source folder too:
  KUGETSU_TEST_GITEA_STATIC=/path/to/gitea-source\n`);
  process.exit(3);
}

export default defineConfig({
  test: {
    include: ['test/gitea/**/*.test.ts'],
    pool: 'forks',
    maxWorkers: 1,
    testTimeout: 180_000,
    hookTimeout: 120_000,
    reporters: ['default', './test/gitea/flows-reporter.ts'],
  },
});
