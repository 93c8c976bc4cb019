// The environment and the configuration opencode runs with: nothing of a user's, nothing of the repository's, no phoning.
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { KugetsuError } from '../../support/errors.js';

export type OpencodeConfig = Readonly<Record<string, unknown>>;

/**
 * Every permission is allowed or denied, none asked: nobody is there to answer. What is denied here is not offered to
 * the model at all. These rules are no boundary (a shell walks around them): the sandbox is.
 */
const permissions: OpencodeConfig = {
  '*': 'allow',
  edit: 'allow',
  bash: 'allow',
  question: 'allow',
  external_directory: 'allow',
  doom_loop: 'deny',
  webfetch: 'deny',
  websearch: 'deny',
};

/**
 * Quiet and unattended, seen with opencode 1.18: no catalogue, no update, no plugin install, no project settings. One
 * thing no switch stops: with the first prompt it runs what lies in the repository's `.opencode/plugins`. That is code
 * of the repository like its tests, and what it can do is what the sandbox lets it do.
 */
const switches = [
  'AUTOUPDATE',
  'MODELS_FETCH',
  'LSP_DOWNLOAD',
  'DEFAULT_PLUGINS',
  'EXTERNAL_SKILLS',
  'CLAUDE_CODE',
  'PROJECT_CONFIG',
].map((name) => `OPENCODE_DISABLE_${name}`);

/** @throws Error (code AGENT_CONFIG) when the configuration would ask a person for permission. */
export function assertUnattended(config: OpencodeConfig): void {
  if (!hasAsk(config['permission'])) return;
  const message = 'opencode: permission `ask` cannot work, nobody is there to answer: write allow or deny';
  throw new KugetsuError('AGENT_CONFIG', message);
}

/** What goes into OPENCODE_CONFIG_CONTENT, which wins over every file. `config` is laid over kugetsu's own. */
export function opencodeConfig(
  config: OpencodeConfig,
  model: string | undefined,
  instructions: readonly string[],
): OpencodeConfig {
  return {
    autoupdate: false,
    share: 'disabled',
    snapshot: false,
    lsp: false,
    formatter: false,
    ...(model === undefined ? {} : { model }),
    ...config,
    instructions: [...instructions, ...(Array.isArray(config['instructions']) ? config['instructions'] : [])],
    permission: permissionsOf(config),
  };
}

/**
 * @param configHome from {@link prepareConfigHome}.
 * @param sessionDir kept between turns: the conversation is in its database.
 */
export function opencodeEnvironment(
  config: OpencodeConfig,
  configHome: string,
  sessionDir: string,
): Record<string, string> {
  return {
    HOME: sessionDir,
    XDG_DATA_HOME: path.join(sessionDir, 'data'),
    XDG_STATE_HOME: path.join(sessionDir, 'state'),
    XDG_CACHE_HOME: path.join(sessionDir, 'cache'),
    XDG_CONFIG_HOME: configHome,
    ...Object.fromEntries(switches.map((name) => [name, '1'])),
    OPENCODE_CONFIG_CONTENT: JSON.stringify(config),
    OPENCODE_PERMISSION: JSON.stringify(config['permission']),
  };
}

/**
 * A new configuration folder in the task's own folder, so that nothing an earlier turn left there is read or written
 * through. A folder that looks installed keeps opencode from asking the npm registry for its plugin package.
 */
export async function prepareConfigHome(tmpDir: string, name: string): Promise<string> {
  const home = path.join(tmpDir, name);
  const folder = path.join(home, 'opencode');
  await mkdir(home, { mode: 0o700 });
  await mkdir(path.join(folder, 'node_modules'), { recursive: true });
  const lock = { packages: { '': { dependencies: { '@opencode-ai/plugin': '*' } } } };
  await writeFile(path.join(folder, 'package-lock.json'), JSON.stringify(lock));
  return home;
}

function permissionsOf(config: OpencodeConfig): OpencodeConfig {
  const given = config['permission'];
  return typeof given === 'object' && given !== null ? { ...permissions, ...given } : permissions;
}

function hasAsk(value: unknown): boolean {
  if (typeof value === 'object' && value !== null) return Object.values(value).some((inner) => hasAsk(inner));
  return value === 'ask';
}
