// The configuration for a command: loaded, or thrown as the one message that lists every mistake.
import { existsSync } from 'node:fs';
import { homePaths, refuseEarlierHome, resolveHome } from '../../config/home.js';
import type { Environment } from '../../config/home.js';
import { loadConfig, type RightConfig } from '../../config/load.js';
import type { Machine } from '../../config/machine.js';
import { formatProblem } from '../../config/problem.js';
import { KugetsuError } from '../../support/errors.js';
import type { Masker } from '../../support/mask.js';

/** Throws `earlier_home` (4), `not_initialised` (5), `config_invalid` (2). @param machine to look at the home and the agents' programs too */
export function readConfig(
  env: Environment,
  masker: Pick<Masker, 'add'>,
  { file, machine }: { readonly file?: string | undefined; readonly machine?: Machine } = {},
): RightConfig {
  const home = resolveHome(env);
  refuseEarlierHome(home);
  const path = file ?? homePaths(home).configFile;
  if (file === undefined && !existsSync(path)) {
    const message = `there is no ${path} yet; \`kugetsu serve\` prints one to start from`;
    throw new KugetsuError('not_initialised', message, { exitCode: 5 });
  }
  const loaded = loadConfig({ home, env, masker, file: path, ...(machine !== undefined && { machine }) });
  if (loaded.ok) return loaded;
  const { problems } = loaded;
  const head = `the configuration has ${problems.length === 1 ? 'a mistake' : `${problems.length} mistakes`}:`;
  throw new KugetsuError('config_invalid', [head, ...problems.map(formatProblem)].join('\n'), {
    exitCode: 2,
  });
}
