// Config → agents: chooses the implementation of each by its kind.
import { isDeepStrictEqual } from 'node:util';
import type { AgentConfig as AgentEntry, Config } from '../config/config.js';
import type { Agent } from './agent.js';
import { createCommandAgent } from './command/command.js';
import { createOpencodeAgent } from './opencode/opencode.js';
import { KugetsuError } from '../support/errors.js';

export interface AgentConfig {
  readonly kind: AgentEntry['kind'];
  /** Required for `command`; the first part names another program for `opencode`. */
  readonly command?: readonly string[] | undefined;
  /** In the agent's own words: `provider/model` for opencode. */
  readonly model?: string | undefined;
  /** Variables read from the env files, those the entry names. */
  readonly env?: Readonly<Record<string, string>> | undefined;
  /** Further folders and files its program needs to see. */
  readonly readOnly?: readonly string[] | undefined;
  /** Laid over kugetsu's own settings of opencode, such as `provider`. */
  readonly opencode?: Readonly<Record<string, unknown>> | undefined;
}

/**
 * The agent `agents.NAME` of the config.
 * @throws Error (code AGENT_CONFIG) when the entry cannot work, with what to write instead.
 */
export function createAgent(name: string, config: AgentConfig): Agent {
  const [program, ...args] = config.command ?? [];
  const env = config.env ?? {};
  const readOnly = config.readOnly ?? [];
  const model = config.model === undefined ? {} : { model: config.model };
  switch (config.kind) {
    case 'command':
      if (program === undefined)
        throw mistake(`agents.${name}.command: write the program, such as [./my-agent, --json]`);
      return createCommandAgent({ name, command: [program, ...args], env, readOnly, ...model });
    case 'opencode':
      return createOpencodeAgent({
        name,
        env,
        readOnly,
        ...(program === undefined ? {} : { program }),
        ...model,
        ...(config.opencode === undefined ? {} : { config: config.opencode }),
      });
    case 'acp':
      throw mistake(`agents.${name}: kind ${config.kind} is not built yet: use kind opencode or command`);
  }
}

/** The agents of the config, by name. */
export interface Agents {
  /** Undefined for a name that is not in the config. */
  get(name: string): Agent | undefined;
}

/**
 * @param config as it is now: an agent is made anew when its entry has changed; its runs go on with the old one.
 * @throws Error (code AGENT_CONFIG) where an entry cannot work.
 */
export function createAgents(config: () => Pick<Config, 'agents'>): Agents {
  const made = new Map<string, { entry: AgentEntry; agent: Agent }>();
  function get(name: string): Agent | undefined {
    const { agents } = config();
    const entry = Object.hasOwn(agents, name) ? agents[name] : undefined;
    if (entry === undefined) return undefined;
    const known = made.get(name);
    if (known !== undefined && isDeepStrictEqual(known.entry, entry)) return known.agent;
    const agent = agentOf(name, entry);
    made.set(name, { entry, agent });
    return agent;
  }
  for (const name of Object.keys(config().agents)) get(name);
  return { get };
}

function agentOf(name: string, entry: AgentEntry): Agent {
  const { readOnly } = entry;
  switch (entry.kind) {
    case 'acp':
      return unavailable(name, `agents.${name}: kind acp is not built yet; use kind opencode or command.`);
    case 'command':
      return createAgent(name, { kind: 'command', command: entry.command, readOnly, model: entry.model });
    case 'opencode':
      return createAgent(name, {
        kind: 'opencode',
        readOnly,
        ...(entry.program !== undefined && { command: [entry.program] }),
        model: entry.model,
        ...(entry.config !== undefined && { opencode: entry.config }),
      });
  }
}

function unavailable(name: string, problem: string): Agent {
  return {
    name,
    kind: 'acp',
    probe: () => Promise.resolve({ ok: false, version: undefined, problems: [problem] }),
    open: () => Promise.reject(mistake(problem)),
  };
}

function mistake(message: string): KugetsuError {
  return new KugetsuError('AGENT_CONFIG', message);
}
