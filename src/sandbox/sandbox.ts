// The one interface of the sandbox room: start a program that must be treated as hostile, and end all of it.
import type { Config } from '../config/config.js';
import type { Readable, Writable } from 'node:stream';

/** Identifies a process across restarts of the server: a pid alone may belong to somebody else by then. */
export interface ProcessMark {
  readonly pid: number;
  /** Field 22 of /proc/PID/stat: clock ticks after boot. Undefined where there is no /proc. */
  readonly startTicks: string | undefined;
}

export interface SandboxSpec {
  /** Program and arguments; the program is found by PATH of `env` or is an absolute path. No shell. */
  readonly command: readonly [string, ...string[]];
  readonly cwd: string;
  /** The whole environment of the process: nothing of the server's is added. */
  readonly env: Readonly<Record<string, string>>;
  /** Folders and files visible read-only, at the same path, beside the system's own. */
  readonly readOnly: readonly string[];
  /** The only folders it can write, at the same path. */
  readonly writable: readonly string[];
  /** Inherited by every process of the tree as KUGETSU_RUN; how leftovers are found where there is no PID namespace. */
  readonly runId: string;
}

export interface SandboxedProcess {
  readonly mark: ProcessMark;
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** Never rejects. A program that could not be started ends with `error`. */
  readonly exited: Promise<{ code: number | undefined; signal: string | undefined; error?: Error }>;
  /** SIGTERM, `graceMs` later SIGKILL, to the whole tree, also to processes that left the group. Resolves when none is left. */
  kill(graceMs: number): Promise<void>;
}

export interface Sandbox {
  readonly kind: Config['sandbox']['kind'];
  /** Are programs kept from the server's files and processes? */
  readonly confines: boolean;
  /** One line for reports: what is kept apart and what is not. */
  readonly describe: string;
  /** Tried at start, and before a run after a failure. `fix` says what the operator should do. */
  probe(): Promise<{ ok: true } | { ok: false; problem: string; fix: string }>;
  spawn(spec: SandboxSpec): SandboxedProcess;
  /** Ends what an earlier boot left running for this run; safe when nothing is left or the pid is somebody else's. */
  sweep(runId: string, mark: ProcessMark | undefined): Promise<void>;
}
