// What the files of this room share: the adapters they drive, the folders they use, clock and log.
import type { Agents } from '../agents/create.js';
import type { Config } from '../config/config.js';
import type { Forges } from '../forges/create.js';
import type { Git } from '../git/git.js';
import type { Sandbox } from '../sandbox/sandbox.js';
import type { Store } from '../store/store.js';
import type { Log } from '../support/log.js';
import type { Foreign } from '../text/foreign.js';
import type { Marker } from '../words/marker.js';
import { KugetsuError } from '../support/errors.js';

export interface Folders {
  /** One folder per issue. */
  readonly worktrees: string;
  /** One private home per session, kept between turns. */
  readonly agents: string;
  /** Parent of the folders that live as long as a run. */
  readonly tmp: string;
  readonly rescue: string;
}

export interface WorkDeps {
  /** As it is now. */
  readonly config: () => Config;
  readonly store: Store;
  readonly now: () => number;
  readonly log: Log;
  readonly newId: () => string;
  /** This start of the server. */
  readonly bootId: string;
  /** The name of this worker: runs and worktrees carry it. */
  readonly worker: string;
  readonly forges: Forges;
  readonly git: Git;
  readonly sandbox: Sandbox;
  readonly agents: Agents;
  /** Of our own pull requests. */
  readonly marker: Marker;
  readonly foreign: Foreign;
  readonly folders: Folders;
  /** Removes a private home of an agent; nothing outside their folder. */
  readonly removeHome: (dir: string) => Promise<void>;
  /** Removes the temporary folder of a run; never throws, what stays is named in the log. */
  readonly removeTmp: (dir: string) => Promise<void>;
  readonly freeMemoryBytes: () => number;
  /** Something was written that another loop may have to do with. */
  readonly wake: () => void;
}

/** Why a run could not go on, with what becomes of the task. Thrown by the steps of a run, caught by the story. */
export class RunFault extends KugetsuError<
  'asked' | 'config' | 'worktree' | 'sandbox' | 'handover' | 'forge' | 'auth'
> {
  override readonly name = 'RunFault';
  constructor(
    code: RunFault['code'],
    message: string,
    /** Worth another attempt? */
    readonly again: 'never' | 'attempt',
    options?: { cause?: unknown },
  ) {
    super(code, message, options);
  }
}
