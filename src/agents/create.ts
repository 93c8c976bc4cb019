// Config entry → agent: chooses the implementation by its kind.
import type { Agent } from './agent.js';
import { createCommandAgent } from './command/command.js';
import { createOpencodeAgent } from './opencode/opencode.js';

export interface AgentConfig {
  readonly kind: 'opencode' | 'command' | 'acp';
  /** Required for `command`; the first part names another program for `opencode`. */
  readonly command?: readonly string[] | undefined;
  /** `provider/model`; only for `opencode`. */
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
  switch (config.kind) {
    case 'command':
      if (program === undefined)
        throw mistake(`agents.${name}.command: write the program, such as [./my-agent, --json]`);
      return createCommandAgent({ name, command: [program, ...args], env, readOnly });
    case 'opencode':
      return createOpencodeAgent({
        name,
        env,
        readOnly,
        ...(program === undefined ? {} : { program }),
        ...(config.model === undefined ? {} : { model: config.model }),
        ...(config.opencode === undefined ? {} : { config: config.opencode }),
      });
    case 'acp':
    default:
      throw mistake(`agents.${name}: kind ${config.kind} is not built yet: use kind opencode or command`);
  }
}

function mistake(message: string): Error {
  return Object.assign(new Error(message), { code: 'AGENT_CONFIG' });
}
