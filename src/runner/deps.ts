// What the runner's files share: the adapters they drive and the folders they use.
import type { Agent } from '../agents/agent.js';
import type { SubjectRef } from '../domain/refs.js';
import type { Forge, GitAccess } from '../forges/forge.js';
import type { Git, Identity } from '../git/git.js';
import type { Sandbox } from '../sandbox/sandbox.js';
import type { Store } from '../store/store.js';
import type { Log } from '../support/log.js';

export interface RunLimits {
  readonly agents: number;
  readonly perRepo: number;
  readonly attempts: number;
  readonly taskTimeoutMs: number;
  readonly idleTimeoutMs: number;
  /** Free memory below which nothing is claimed. */
  readonly memoryPerAgentBytes: number;
}

export interface Folders {
  /** One folder per issue. */
  readonly worktrees: string;
  /** One private home per session, kept between turns. */
  readonly agents: string;
  /** Parent of the folders that live as long as a run. */
  readonly tmp: string;
  readonly rescue: string;
}

export interface RunnerDeps {
  readonly store: Store;
  readonly now: () => number;
  readonly log: Log;
  readonly newId: () => string;
  readonly bootId: string;
  readonly forgeOf: (name: string) => Forge | undefined;
  readonly git: Git;
  readonly sandbox: Sandbox;
  /** Removes a private home of an agent; nothing outside their folder. */
  readonly removeHome: (dir: string) => Promise<void>;
  /** Removes the temporary folder of a run; never throws, what stays is named in the log. */
  readonly removeTmp: (dir: string) => Promise<void>;
  readonly agentOf: (name: string) => Agent | undefined;
  readonly identityOf: (forge: Forge) => Promise<Identity>;
  /** Credentials and address to read from; the config may name another address for a repository. */
  readonly readAccess: (forge: Forge, subject: SubjectRef) => Promise<GitAccess>;
  readonly branchTemplate: () => string;
  readonly limits: () => RunLimits;
  readonly folders: Folders;
  readonly freeMemoryBytes: () => number;
  /** Some rows for the outbox were written. */
  readonly wake: () => void;
}

/** Why a run could not go on, with what becomes of the task. Thrown by the steps of a run, caught by the story. */
export class RunFault extends Error {
  override readonly name = 'RunFault';
  constructor(
    readonly kind: 'asked' | 'config' | 'worktree' | 'sandbox' | 'handover' | 'forge' | 'auth',
    message: string,
    /** Worth another attempt? */
    readonly again: 'never' | 'attempt',
    options?: { cause?: unknown },
  ) {
    super(message, options);
  }
}
