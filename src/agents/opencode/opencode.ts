// The opencode agent: one server of its own for each running task, driven over HTTP.
import type { Agent } from '../agent.js';
import { assertAllowed } from '../environment.js';
import { findOpencode } from './find.js';
import { probeOpencode } from './probe.js';
import { openSession } from './session.js';
import { assertUnattended, type OpencodeConfig } from './settings.js';
import type { Patience } from './turn-state.js';

export interface OpencodeAgentOptions {
  readonly name: string;
  /** A name found by PATH or an absolute path; default `opencode`. */
  readonly program?: string;
  /** `provider/model`; default what opencode's configuration says. */
  readonly model?: string;
  /** Further variables, from the env files; forge tokens and model keys are refused. */
  readonly env?: Readonly<Record<string, string>>;
  readonly readOnly?: readonly string[];
  /** Laid over kugetsu's own settings of opencode, such as `provider`. */
  readonly config?: OpencodeConfig;
  readonly patience?: Patience;
  /** How long a stopped server may save its database before SIGKILL. */
  readonly graceMs?: number;
}

const defaults = {
  program: 'opencode',
  graceMs: 1_500,
  // opencode itself would ask five times, for 80 s, and wait for hours where the model's provider says so.
  patience: { modelRetries: 4, longestWaitMs: 90_000 },
};

/**
 * Tried with opencode 1.18.33.
 * @throws Error (code AGENT_ENV_REFUSED) for a variable an agent may not have, (code AGENT_CONFIG) for settings that
 * would wait for a person.
 */
export function createOpencodeAgent(options: OpencodeAgentOptions): Agent {
  assertAllowed(Object.keys(options.env ?? {}));
  assertUnattended(options.config ?? {});
  const name = options.program ?? defaults.program;
  return {
    name: options.name,
    kind: 'opencode',
    probe: () => probeOpencode(options.name, name),
    open: (open) => {
      // A program that is not there is found out by starting it: an outcome of the turn, as for every agent.
      const program = findOpencode(name, process.env['PATH'] ?? '') ?? { program: name, readOnly: [] };
      const settings = {
        program,
        model: options.model,
        env: options.env ?? {},
        readOnly: options.readOnly ?? [],
        config: options.config ?? {},
        patience: options.patience ?? defaults.patience,
        graceMs: options.graceMs ?? defaults.graceMs,
      };
      return Promise.resolve(openSession(settings, open));
    },
  };
}
