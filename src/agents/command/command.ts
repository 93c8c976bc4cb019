// The `command` agent: any program that reads a prompt on stdin and prints JSON lines or plain text.
import { statSync } from 'node:fs';
import path from 'node:path';
import type { SandboxedProcess } from '../../sandbox/sandbox.js';
import type { Agent, AgentOpen, AgentProbe, AgentSession } from '../agent.js';
import { assertAllowed } from '../environment.js';
import { findProgram } from '../find-program.js';
import { runCommandTurn } from './turn.js';

export interface CommandAgentOptions {
  readonly name: string;
  readonly command: readonly [string, ...string[]];
  /** Told to the program as KUGETSU_MODEL, where the task names none. */
  readonly model?: string;
  /** Further variables, from the env files; forge tokens and model keys are refused. */
  readonly env?: Readonly<Record<string, string>>;
  /** What the program needs to see beside the system and the files its command names. */
  readonly readOnly?: readonly string[];
  /** How long a stopped agent may save its work before SIGKILL. */
  readonly graceMs?: number;
}

const defaultGraceMs = 1_500;

/**
 * Each turn is one process, in the worktree, with the prompt on stdin. It resumes by what it keeps itself in
 * `KUGETSU_SESSION_DIR`.
 * @throws Error (code AGENT_ENV_REFUSED) for a variable an agent may not have.
 */
export function createCommandAgent(options: CommandAgentOptions): Agent {
  assertAllowed(Object.keys(options.env ?? {}));
  return {
    name: options.name,
    kind: 'command',
    probe: () => Promise.resolve(probe(options)),
    open: (open) => Promise.resolve(openSession(options, open)),
  };
}

function probe(options: CommandAgentOptions): AgentProbe {
  const [program] = options.command;
  const found = findProgram(program, process.env['PATH'] ?? '') !== undefined;
  const problem = `agent ${options.name}: no program \`${program}\`: install it, or correct agents.${options.name}.command`;
  return { ok: found, version: undefined, problems: found ? [] : [problem] };
}

function openSession(options: CommandAgentOptions, open: AgentOpen): AgentSession {
  const graceMs = options.graceMs ?? defaultGraceMs;
  let id = open.resume;
  let child: SandboxedProcess | undefined;
  return {
    get id() {
      return id;
    },
    run: async (turn, { signal, onEvent }) => {
      try {
        return await runCommandTurn({
          command: options.command,
          env: options.env ?? {},
          model: open.model ?? options.model,
          readOnly: [...namedFiles(options.command), ...(options.readOnly ?? [])],
          open,
          turn,
          graceMs,
          signal,
          onEvent,
          onStarted: (started) => {
            child = started;
            if (started.mark.pid > 0) open.onProcess(started.mark);
          },
          onSession: (named) => {
            id = named;
          },
        });
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error);
        return { kind: 'failed', class: 'unknown', message, retryable: true };
      }
    },
    close: async () => {
      await child?.kill(0);
    },
  };
}

/**
 * Files that the command names by absolute path must be visible to it: a script of the operator's, a settings file.
 * Never a folder (`/etc` as an argument is no wish to show it), and what is in /usr is visible already.
 */
function namedFiles(command: readonly string[]): string[] {
  return command.filter((part) => path.isAbsolute(part) && !part.startsWith('/usr/') && isFile(part));
}

function isFile(file: string): boolean {
  return statSync(file, { throwIfNoEntry: false })?.isFile() === true;
}
