// Composition, runner: what a run needs, from the config and the adapters.
import { randomBytes } from 'node:crypto';
import { freemem, tmpdir } from 'node:os';
import type { Agent } from './agents/agent.js';
import { createAgent } from './agents/create.js';
import type { Config } from './config/config.js';
import type { HomePaths } from './config/home.js';
import { matchRepo } from './config/match.js';
import type { Forge } from './forges/forge.js';
import type { Git } from './git/git.js';
import { createTreeRemover, quietly } from './git/remove-tree.js';
import type { RunnerDeps } from './runner/deps.js';
import type { Places } from './sandbox/exposure.js';
import type { Sandbox } from './sandbox/sandbox.js';
import type { Store } from './store/store.js';
import type { Clock } from './support/clock.js';
import type { Log } from './support/log.js';

export interface RunnerParts {
  readonly config: Config;
  readonly paths: HomePaths;
  readonly store: Store;
  readonly git: Git;
  readonly sandbox: Sandbox;
  readonly clock: Clock;
  readonly log: Log;
  readonly bootId: string;
  readonly forgeOf: (name: string) => Forge | undefined;
  readonly wake: () => void;
}

const HOUR_MS = 3_600_000;
/** The longest a timer of Node can wait. */
const MOST_TIMER_MS = 2 ** 31 - 1;

export function newId(): string {
  return randomBytes(8).toString('hex');
}

export function runnerDeps(parts: RunnerParts): RunnerDeps {
  const { config, paths, clock, log } = parts;
  const tmp = tempFolder(config);
  const { limits } = config;
  const agents = agentsOf(config);
  return {
    store: parts.store,
    now: () => clock.now(),
    log,
    newId,
    bootId: parts.bootId,
    forgeOf: parts.forgeOf,
    git: parts.git,
    sandbox: parts.sandbox,
    removeHome: createTreeRemover({ root: paths.agents, trash: 'folder', log }),
    removeTmp: quietly(createTreeRemover({ root: tmp, trash: 'name', log }), log),
    agentOf: (name) => agents.get(name),
    identityOf: async (forge) => {
      const self = await forge.self();
      return { name: config.git?.name ?? self.login, email: config.git?.email ?? self.email };
    },
    readAccess: async (forge, subject) => {
      const rule = matchRepo(config, subject.repo.forge, subject.repo.path, subject.number);
      const access = await forge.gitAccess(subject.repo, 'read');
      if (rule?.cloneUrl === undefined) return access;
      // The forge's token is for the forge alone: another host is read without credentials.
      const same = new URL(rule.cloneUrl).origin === new URL(access.url).origin;
      return same ? { ...access, url: rule.cloneUrl } : { url: rule.cloneUrl, username: '', password: '' };
    },
    branchTemplate: () => config.branches.template,
    limits: () => ({
      agents: limits.agents,
      perRepo: limits.perRepo,
      attempts: limits.attempts,
      taskTimeoutMs: Math.min(limits.taskTimeoutHours * HOUR_MS, MOST_TIMER_MS),
      idleTimeoutMs: Math.min(limits.idleTimeoutMinutes * 60_000, MOST_TIMER_MS),
      memoryPerAgentBytes: limits.memoryPerAgentMb * 1024 * 1024,
    }),
    folders: {
      worktrees: paths.worktrees,
      agents: paths.agents,
      rescue: paths.rescue,
      tmp,
    },
    freeMemoryBytes: freemem,
    wake: parts.wake,
  };
}

/** What agents must not see of the server's own, and what the config shows them. */
export function placesOf(config: Config, paths: HomePaths): Places {
  const { home, ...inside } = paths;
  return {
    hidden: [
      { folder: home, variable: 'KUGETSU_HOME' },
      { folder: tempFolder(config), variable: 'KUGETSU_TEMP_DIR' },
    ],
    closed: Object.values(inside),
    shown: Object.values(config.agents).flatMap((agent) => agent.readOnly),
  };
}

/** Parent of the runs' TMPDIR. */
function tempFolder(config: Config): string {
  return config.environment.tempDir ?? tmpdir();
}

function agentsOf(config: Config): ReadonlyMap<string, Agent> {
  return new Map(Object.entries(config.agents).map(([name, entry]) => [name, agentOf(name, entry)]));
}

function agentOf(name: string, entry: Config['agents'][string]): Agent {
  if (entry.kind !== 'acp') return createAgent(name, agentEntry(entry));
  const problem = `agents.${name}: kind acp is not built yet; use kind opencode or command.`;
  return {
    name,
    kind: 'command',
    probe: () => Promise.resolve({ ok: false, version: undefined, problems: [problem] }),
    open: () => Promise.reject(new Error(problem)),
  };
}

function agentEntry(
  entry: Exclude<Config['agents'][string], { kind: 'acp' }>,
): Parameters<typeof createAgent>[1] {
  switch (entry.kind) {
    case 'command':
      return { kind: 'command', command: entry.command, readOnly: entry.readOnly };
    case 'opencode':
      return {
        kind: 'opencode',
        readOnly: entry.readOnly,
        ...(entry.program !== undefined && { command: [entry.program] }),
        ...(entry.model !== undefined && { model: entry.model }),
        ...(entry.config !== undefined && { opencode: entry.config }),
      };
  }
}
