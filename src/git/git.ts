// The one interface of the git room. The server never runs git in, or with config or hooks from, anything an agent could write.
import type { Readable } from 'node:stream';
import type { GitAccess } from '../forges/forge.js';
import { faultOfGit, type GitErrorCode } from '../forges/passing.js';
import { KugetsuError } from '../support/errors.js';

export interface Identity {
  readonly name: string;
  readonly email: string;
}

export interface Commit {
  readonly sha: string;
  readonly subject: string;
  readonly authorName: string;
  readonly authorEmail: string;
  /** What a forge would act on in the whole message: mentions, closing keywords with what they close. */
  readonly acts: readonly string[];
}

/** What came over from a worktree, checked and stored in the mirror. */
export interface Received {
  readonly tip: string;
  readonly commits: readonly Commit[];
  readonly files: readonly { readonly path: string; readonly added: number; readonly removed: number }[];
}

/** Why a hand-over was refused, for the issue: `reason` is a sentence. Nothing of it reached the mirror. */
export type ReceiveResult =
  | { readonly ok: true; readonly received: Received }
  | { readonly ok: false; readonly reason: string };

export type PushResult =
  | { readonly ok: true }
  /** `stale`: somebody else moved the branch (lease). `refused`: a rule of the forge. `forbidden`: the token may not. The others pass. */
  | {
      readonly ok: false;
      readonly cause: 'stale' | 'refused' | 'forbidden' | 'auth' | 'archived' | 'unavailable';
      readonly message: string;
    };

export interface Mirror {
  /** Bare repository of the server's own; no agent can write to it. */
  readonly gitDir: string;
  /** Mounted read-only into sandboxes: worktrees borrow from it. */
  readonly objectsDir: string;
  /** Branches and pull request heads of the forge into refs/remotes/origin/* and refs/pull/*; single flight. Creates the mirror. */
  fetch(access: GitAccess): Promise<void>;
  /** Full sha of a branch of the forge as of the last fetch. */
  branch(name: string): Promise<string | undefined>;
  /** Text of a file at a commit, undefined when it is not there, is no plain file or is larger than `maxBytes`. */
  readText(sha: string, path: string, maxBytes: number): Promise<string | undefined>;
  isAncestor(ancestor: string, descendant: string): Promise<boolean>;
  /** Is this commit here, with nothing said about what it needs? */
  has(sha: string): Promise<boolean>;
  /** Reads everything; slow on purpose. A mirror that was never made is not sound. */
  isSound(): Promise<boolean>;
  /**
   * Made anew from the forge and from what can still be read of the old one, which moves to `aside` (its parent is made).
   * Returns the kept names that could not be brought over. Throws `GitError` when the forge cannot be read: nothing moved.
   */
  rebuild(access: GitAccess, aside: string): Promise<string[]>;
  /** A checkout with a git directory of its own that borrows the mirror's objects; `dir` must not exist. */
  addWorktree(options: { dir: string; branch: string; sha: string; identity: Identity }): Promise<void>;
  /**
   * A pack (see `handover.ts`) from a worktree into the mirror under refs/kugetsu/KEEP, after strict checks. A tip that KEEP
   * pointed to and that the new one does not contain stays, below refs/kugetsu/replaced/.
   */
  receive(options: {
    pack: Readable | Buffer;
    tip: string;
    base: string;
    keep: string;
  }): Promise<ReceiveResult>;
  /** Commits and files between two commits of the mirror. */
  describe(base: string, tip: string): Promise<Received>;
  /** `sha` to `branch`; `expected` is the sha last seen there, undefined when the branch must not exist. */
  push(options: {
    access: GitAccess;
    sha: string;
    branch: string;
    expected: string | undefined;
  }): Promise<PushResult>;
  /** The branch as it is at the forge now; undefined when there is none. Throws `GitError` when it cannot be asked. */
  remoteBranch(access: GitAccess, branch: string): Promise<string | undefined>;
  /** A copy that outlives the session: refs/kugetsu/rescue/NAME and a bundle file. Returns where. */
  rescue(options: {
    name: string;
    sha: string;
    base: string;
    bundleFile: string;
  }): Promise<{ ref: string; bundleFile: string }>;
  /** Forgets refs/kugetsu/KEEP. */
  forget(keep: string): Promise<void>;
  /** Names below refs/kugetsu/ with their shas. */
  kept(): Promise<ReadonlyMap<string, string>>;
}

export interface Git {
  /** One object per repository, made on first use: forge name and numeric id name the folder. */
  mirror(repo: { forge: string; id: string }): Mirror;
  /**
   * Renames into a trash folder, then deletes; never follows a link, never outside the worktrees folder. What cannot be
   * deleted stays in the trash, named in the log.
   */
  removeTree(dir: string): Promise<void>;
  /** Keeps a folder whole in another one, under NAME or the first free one of NAME-2, NAME-3. Returns that name. */
  setAside(dir: string, folder: string, name: string): Promise<string>;
  /** Gives the server back the right to read, write and enter all of a worktree, whatever modes an agent left. */
  openTree(dir: string): Promise<void>;
}

export class GitError extends KugetsuError<GitErrorCode> {
  override readonly name = 'GitError';
  constructor(code: GitErrorCode, message: string, options?: { cause?: unknown }) {
    super(code, message, { ...options, fault: faultOfGit(code) });
  }
}
