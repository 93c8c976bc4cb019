// The configuration that somebody who has none begins with.
import { homePaths, resolveHome } from '../../config/home.js';
import type { Environment } from '../../config/home.js';

/** Ten lines; it passes the checks as soon as the two secrets are there. */
export const STARTER_CONFIG = `forges:
  - name: work
    kind: gitea                              # gitea, forgejo or github
    url: https://git.example.com
    tokenFile: secrets/work.token            # token of the bot account
    webhookSecretFiles: [secrets/work.hook]  # openssl rand -hex 32
repos:
  - match: work:acme/*                       # nothing outside this list runs
agents:
  opencode: { kind: opencode }
`;

export function explainStarter(env: Environment): string {
  const { home, configFile, secrets } = homePaths(resolveHome(env));
  return [
    `there is no ${configFile} yet. To begin:`,
    `  mkdir -p -m 700 ${home} ${secrets}`,
    `  write the ten lines above into ${configFile} and change them`,
    `  write the bot's token and a webhook secret into the two files under ${secrets}`,
    `  chmod 600 ${configFile} ${secrets}/*`,
    '  kugetsu config check',
  ].join('\n');
}
