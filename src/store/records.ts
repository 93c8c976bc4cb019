// The part of the store for what is remembered: sessions, runs, labels as they were last seen, where repositories are.
import type { RepoRef } from '../domain/refs.js';
import type { Evidence, Run } from '../domain/run.js';
import type { Session } from '../domain/session.js';

export interface Sessions {
  /** At most one living (not `reaped`) session per issue: throws otherwise. */
  add(session: Session): Promise<void>;
  get(id: string): Promise<Session | undefined>;
  /**
   * What happened to it: a move of `domain/session-moves`, applied to the row as it is now, in the transaction that is open
   * or one of its own. Nothing is written where it gives undefined. Returns what it gave.
   */
  move<T extends Session | undefined>(id: string, happened: (session: Session) => T): Promise<T>;
  living(issueKey: string): Promise<Session | undefined>;
  /** The newest, reaped ones too. */
  latest(issueKey: string): Promise<Session | undefined>;
  /** Of several (here and in `byPull`) a living one, else the newest. */
  byBranch(repo: RepoRef, branch: string): Promise<Session | undefined>;
  byPull(repo: RepoRef, number: number): Promise<Session | undefined>;
  /** Living ones whose pull request is open, as far as we know. */
  withOpenPull(): Promise<Session[]>;
  toReap(): Promise<Session[]>;
}

export interface Runs {
  add(run: Run): Promise<void>;
  setProcess(id: string, process: { pid: number; startTicks: string | undefined }): Promise<void>;
  end(id: string, end: { now: number; ended: string; evidence: Evidence | undefined }): Promise<void>;
  ofTask(taskId: string): Promise<Run[]>;
  /** Runs of this worker with no end: what a crash left behind. */
  open(worker: string): Promise<Run[]>;
}

export interface SeenLabels {
  /** Undefined when labels of this issue were never seen. */
  get(issueKey: string): Promise<readonly string[] | undefined>;
  set(issueKey: string, labels: readonly string[]): Promise<void>;
}

export interface Repos {
  /** Remembers the current path of a repository: tasks and sessions carry it from then on. */
  saw(repo: RepoRef): Promise<void>;
}

export interface Records {
  readonly sessions: Sessions;
  readonly runs: Runs;
  readonly labels: SeenLabels;
  readonly repos: Repos;
}
