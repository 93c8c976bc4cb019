// Without a Gitea there is nothing to test: says how to get one and ends with 3.

const HOW = `test:gitea needs a Gitea program (1.22 or newer):
  KUGETSU_TEST_GITEA=/path/to/gitea npm run test:gitea
A release binary or a build of your own will do; for a build without embedded assets name its source folder too:
  KUGETSU_TEST_GITEA_STATIC=/path/to/gitea-source
`;

export function setup(): void {
  if (process.env['KUGETSU_TEST_GITEA']) return;
  process.stderr.write(HOW);
  process.exit(3);
}
