// From what was written and the secrets that were read to what the server works with.
import { resolve } from 'node:path';
import type { Address, AgentConfig, Config, EnvironmentSettings, ForgeConfig } from './config.js';
import { FORGE_KINDS, forgeKindOf } from './forge-kinds.js';
import type { ConfigFile, ForgeEntry } from './schema.js';
import type { ForgeSecrets } from './secrets.js';
import { KugetsuError } from '../support/errors.js';

/** Everything has been checked. @param secrets by the place of the forge in the list */
export function resolveConfig(
  file: ConfigFile,
  home: string,
  secrets: readonly ForgeSecrets[],
  environment: EnvironmentSettings,
): Config {
  return {
    home,
    server: {
      listen: toAddress(file.server.listen),
      admin: toAddress(file.server.admin),
      adminPublic: file.server.adminPublic,
      publicUrl: file.server.publicUrl && withoutSlash(file.server.publicUrl),
      trustedProxies: file.server.trustedProxies,
    },
    forges: file.forges.map((forge, index) => resolveForge(forge, secrets[index])),
    repos: file.repos,
    trigger: file.trigger,
    agent: file.agent ?? defaultAgent(Object.keys(file.agents)),
    agents: Object.fromEntries(
      Object.entries(file.agents).map(([name, agent]) => [name, inHome(agent, home)]),
    ),
    sandbox: file.sandbox,
    limits: { ...file.limits, perRepo: file.limits.perRepo ?? file.limits.agents },
    branches: file.branches,
    retention: file.retention,
    git: file.git,
    environment,
  };
}

/** The only one, else the one that is called opencode. */
export function defaultAgent(names: readonly string[]): string {
  return (names.length === 1 ? names[0] : undefined) ?? 'opencode';
}

/** @param text `HOST:PORT`, `[::1]:PORT` */
export function toAddress(text: string): Address {
  const colon = text.lastIndexOf(':');
  return { host: text.slice(0, colon).replace(/^\[|\]$/g, ''), port: Number(text.slice(colon + 1)) };
}

function resolveForge(forge: ForgeEntry, secrets: ForgeSecrets | undefined): ForgeConfig {
  const [first, ...others] = secrets?.webhookSecrets ?? [];
  if (secrets?.auth === undefined || first === undefined) {
    throw new KugetsuError(
      'config_unchecked',
      `forge ${forge.name} came through the checks without its secrets`,
    );
  }
  const url = withoutSlash(forge.url);
  const kind = forgeKindOf(forge.kind);
  return {
    name: forge.name,
    kind,
    url,
    apiUrl: forge.apiUrl === undefined ? FORGE_KINDS[kind].apiUrl(url) : withoutSlash(forge.apiUrl),
    auth: secrets.auth,
    webhookSecrets: [first, ...others],
  };
}

function withoutSlash(url: string): string {
  return url.replace(/\/+$/, '');
}

/** `./my-agent` is in the home: in the worktree it would be the repository's own. */
function inHome(agent: AgentConfig, home: string): AgentConfig {
  const readOnly = agent.readOnly.map((path) => resolve(home, path));
  const there = { ...agent, readOnly };
  if ('program' in there && there.program !== undefined)
    return { ...there, program: inHomeFolder(home, there.program) };
  if (!('command' in there)) return there;
  const [program, ...rest] = there.command;
  return { ...there, command: [inHomeFolder(home, program), ...rest] };
}

export function inHomeFolder(home: string, program: string): string {
  return /^\.{1,2}\//.test(program) ? resolve(home, program) : program;
}
