// The one interface of the agents room. Shaped after the Agent Client Protocol, with no vendor's types in it.
import type { AgentConfig } from '../config/config.js';
import type { ProcessMark, SandboxedProcess } from '../sandbox/sandbox.js';

/** Starts a program inside the task's sandbox, in its worktree, with `env` added to the task's fixed environment. */
export type Launch = (spec: {
  readonly command: readonly [string, ...string[]];
  readonly env: Readonly<Record<string, string>>;
  /** Further read-only paths the agent's own program needs (its installation). */
  readonly readOnly?: readonly string[];
}) => SandboxedProcess;

export interface AgentOpen {
  /** The worktree, absolute. */
  readonly cwd: string;
  /** Private folder of this session, kept between turns and writable inside the sandbox: home, database, notes. */
  readonly sessionDir: string;
  /** Folder of the task, gone after the run. */
  readonly tmpDir: string;
  readonly model: string | undefined;
  /** The agent's own session id of the turn before; undefined starts a new one. */
  readonly resume: string | undefined;
  readonly launch: Launch;
  /** Called with each process before any work, so that a crash sweep can find it. */
  readonly onProcess: (mark: ProcessMark) => void;
  /** Absolute paths of instruction files of the repository (AGENTS.md …) the agent should read. */
  readonly instructions: readonly string[];
}

export interface Turn {
  readonly prompt: string;
  /** KUGETSU_TASK, KUGETSU_ISSUE, KUGETSU_TURN and so on: facts of the turn for the agent's environment. */
  readonly facts: Readonly<Record<string, string>>;
}

export interface Usage {
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly costUsd: number;
}

export type AgentEvent =
  | { readonly type: 'session'; readonly id: string }
  | { readonly type: 'text'; readonly text: string }
  | {
      readonly type: 'tool';
      readonly name: string;
      readonly title: string;
      readonly state: 'start' | 'ok' | 'error';
      readonly exitCode?: number;
    }
  | { readonly type: 'todos'; readonly items: readonly { readonly text: string; readonly done: boolean }[] }
  | { readonly type: 'usage'; readonly usage: Usage }
  | { readonly type: 'question'; readonly text: string }
  | { readonly type: 'summary'; readonly text: string }
  | { readonly type: 'retrying'; readonly reason: string }
  | { readonly type: 'heartbeat' };

/** They decide what happens next: a retry (overloaded, crash, unknown, session_lost) or a definite failure. */
export type FailureClass =
  | 'quota'
  | 'auth'
  | 'overloaded'
  | 'context'
  | 'session_lost'
  | 'config'
  | 'refused_tool'
  | 'crash'
  | 'unknown';

export type TurnOutcome =
  | { readonly kind: 'done'; readonly text: string }
  | { readonly kind: 'needs_input'; readonly question: string }
  | { readonly kind: 'stopped' }
  | {
      readonly kind: 'failed';
      readonly class: FailureClass;
      readonly message: string;
      readonly retryable: boolean;
      /** Milliseconds since the epoch; only with `quota`. */
      readonly resetAt?: number;
    };

export interface AgentSession {
  /** The agent's own session id once known. */
  readonly id: string | undefined;
  /** One turn; never rejects. An aborted `signal` ends it as `stopped`, with the tool that runs. */
  run(
    turn: Turn,
    options: { signal: AbortSignal; onEvent: (event: AgentEvent) => void },
  ): Promise<TurnOutcome>;
  /** Idempotent. Afterwards no process of this session lives. */
  close(): Promise<void>;
}

export interface AgentProbe {
  readonly ok: boolean;
  readonly version: string | undefined;
  /** What is wrong, each with what to do, in words. Empty when ok. */
  readonly problems: readonly string[];
}

export interface Agent {
  readonly name: string;
  readonly kind: AgentConfig['kind'];
  probe(): Promise<AgentProbe>;
  /** Throws only for faults of the server's own; a program that does not start is an outcome of `run`. */
  open(options: AgentOpen): Promise<AgentSession>;
}
