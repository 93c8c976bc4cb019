// A session: what lasts between the tasks of one issue. Pure.
import { hashRef, type SubjectRef } from './refs.js';
import type { Rescued } from './rescue.js';

export type SessionState = 'idle' | 'running' | 'waiting' | 'timeout' | 'closed' | 'reaped';

export interface SessionPull {
  readonly number: number;
  readonly url: string;
  readonly state: 'open' | 'closed' | 'merged';
}

/** A checkout: the name of its folder below worktrees/, and the worker that has it. */
export interface Worktree {
  readonly name: string;
  readonly worker: string;
}

export interface Session {
  readonly id: string;
  readonly issueKey: string;
  readonly subject: SubjectRef;
  readonly state: SessionState;
  readonly agent: string;
  readonly model: string | undefined;
  /** The agent's own session id. */
  readonly agentSessionId: string | undefined;
  /** Branch at the forge this session pushes to; undefined until the first run chose it. */
  readonly branch: string | undefined;
  /** False for a session on a pull request that kugetsu did not make: it reads and answers only. */
  readonly mayPush: boolean;
  /** Name of the branch the pull request goes to. */
  readonly baseBranch: string | undefined;
  /** Commit the session's work starts from. */
  readonly baseSha: string | undefined;
  /** Newest commit of the agent that is safe in the mirror. */
  readonly headSha: string | undefined;
  /** Commit we last saw at the forge's branch; the lease of the next push. */
  readonly pushedSha: string | undefined;
  /** Commit on its way to the forge's branch: set before a push, cleared when its answer is known. */
  readonly pushingSha: string | undefined;
  /** Undefined when there is none. */
  readonly worktree: Worktree | undefined;
  readonly pull: SessionPull | undefined;
  /** Finished turns; the next one is this plus one. */
  readonly turns: number;
  readonly summary: string | undefined;
  /** What befell worktree, branch or mirror: sentences for the report of this task, of the next one when undefined. */
  readonly notice: { readonly taskId: string | undefined; readonly text: string } | undefined;
  readonly createdAt: number;
  readonly usedAt: number;
  /** Why the reaper should take it, and whether unpushed work may go (after a rescue). */
  readonly reap: ReapRequest | undefined;
  /** What was saved when it was reaped; undefined when everything was at the forge. */
  readonly rescued: Rescued | undefined;
}

/** Where its work goes and what it starts from; the first run chooses, and it stays so until a fresh start. */
export interface Branches {
  readonly branch: string;
  readonly baseBranch: string;
  readonly baseSha: string;
}

/** One whose branch at the forge is chosen. */
export type BranchedSession = Session & Pick<Branches, 'branch'>;

/** One that is ready for a run: branches and worktree are there. */
export type PreparedSession = Session & Branches & { readonly worktree: Worktree };

/** Of a session of which nothing is known but what it is for. */
export const NOTHING_YET = {
  model: undefined,
  agentSessionId: undefined,
  branch: undefined,
  baseBranch: undefined,
  baseSha: undefined,
  headSha: undefined,
  pushedSha: undefined,
  pushingSha: undefined,
  notice: undefined,
  worktree: undefined,
  pull: undefined,
  summary: undefined,
  reap: undefined,
  rescued: undefined,
} as const satisfies Partial<Session>;

export interface ReapRequest {
  readonly reason: 'merged' | 'closed' | 'destroy';
  readonly by: string;
}

/** Name of the folder of its checkout below worktrees/, whether it is there (and stored) or not. */
export function worktreeName({ id, subject }: Pick<Session, 'id' | 'subject'>): string {
  return `${subject.repo.forge}/${subject.repo.id}/${hashRef(subject)}-${id}`;
}

/** The name of the session's worktree where that is on this worker; undefined where there is none, or it is elsewhere. */
export function worktreeOn(worker: string, { worktree }: Pick<Session, 'worktree'>): string | undefined {
  return worktree?.worker === worker ? worktree.name : undefined;
}
