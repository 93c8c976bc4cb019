// The part of the store for the queue: tasks and how they move. `docs/decisions/0008-queue-engines.md` says how other engines carry it.
import type { Delay } from '../domain/delay.js';
import type { Actor, RepoRef, SubjectRef } from '../domain/refs.js';
import type { Progress, Snapshot, Task, TaskOptions, TaskOutcome, TaskState } from '../domain/task.js';

export interface NewTask {
  readonly subject: SubjectRef;
  /** `issueKeyOf` the issue that owns the session (a command on its pull request goes there too). */
  readonly issueKey: string;
  readonly sessionId: string;
  readonly verb: Task['verb'];
  readonly priority: number;
  readonly message: string;
  readonly options: TaskOptions;
  readonly actor: Actor;
  readonly commentId: string | undefined;
  readonly snapshot: Snapshot | undefined;
  readonly now: number;
}

/** A start of the server (`bootId`) on a worker, whose name outlasts starts. */
export interface Claimer {
  readonly worker: string;
  readonly bootId: string;
}

/** How tasks move: each member is one of `TASK_MOVES`, and what an engine has to offer. */
export interface QueueMoves {
  /** `ready` when no other task of the issue is ready, delayed or running, else `waiting`. Picks a free short id. */
  enqueue(task: NewTask): Promise<Task>;
  /**
   * The best ready task (priority, then age) whose repository is not in `exceptRepos` (`FORGE:REPO_ID`), made `running`
   * with attempts + 1 and fence + 1. Costs the same with one or a million tasks waiting. One claimer per database.
   */
  claim(options: Claimer & { now: number; exceptRepos: readonly string[] }): Promise<Task | undefined>;
  /**
   * Ends the running attempt. Promotes the next waiting task of the issue when the issue is free (a delayed task still holds
   * its issue). False when the fence is stale.
   */
  finish(id: string, fence: number, end: AttemptEnd & { readonly now: number }): Promise<boolean>;
  /**
   * Ready, waiting and delayed tasks of the issue (with `filter` only those among `ids`) → `reporting` with this outcome.
   * Returns them, oldest first. Promotes the next waiting task when the issue is free.
   */
  cancel(
    issueKey: string,
    outcome: TaskOutcome,
    now: number,
    filter?: { ids: readonly string[] },
  ): Promise<Task[]>;
  /** Delayed tasks that are due → ready. */
  promoteDue(now: number): Promise<number>;
  /** Running tasks of an earlier boot of this worker → ready, attempts kept as counted. Returns them. */
  reclaim(by: Claimer, now: number): Promise<Task[]>;
  /** `reporting` → the state that belongs to its outcome. */
  settle(id: string, now: number): Promise<void>;
}

/** To `reporting` with its outcome, or back to the queue: `delayed` until `retryAt`, and why. */
export type AttemptEnd =
  | { readonly outcome: TaskOutcome }
  | {
      /** Milliseconds since the epoch. */
      readonly retryAt: number;
      /** False: the attempt is taken back. */
      readonly countAttempt: boolean;
      readonly delay?: Delay;
    };

/** What is in it. */
export interface QueueReads {
  get(id: string): Promise<Task | undefined>;
  /** Tasks of an issue in these states, oldest first. */
  ofIssue(issueKey: string, states: readonly TaskState[]): Promise<Task[]>;
  ofSession(sessionId: string): Promise<Task[]>;
  inState(states: readonly TaskState[]): Promise<Task[]>;
  /** Those that this worker runs, or ran when it ended. */
  runningOn(worker: string): Promise<Task[]>;
  /**
   * Queued tasks in the order in which they will be claimed (ready first by priority and age, then waiting, delayed).
   * This and what follows costs what is queued, whatever has ended.
   */
  queued(filter?: { repo?: RepoRef; limit?: number }): Promise<Task[]>;
  /** Place in `queued`, counted from 1; undefined when the task is not queued. */
  placeOf(id: string): Promise<number | undefined>;
  /** How many tasks run or are queued, in this repository or in all. */
  countLive(repo?: RepoRef): Promise<number>;
}

/** What is told of a task while it stays where it is. */
export interface QueueNotes {
  /** False when the fence is stale. */
  saveProgress(id: string, fence: number, progress: Progress): Promise<boolean>;
  /** A later word on an outcome while `reporting` (the push was refused). */
  changeOutcome(id: string, outcome: TaskOutcome): Promise<void>;
  /** Adds the messages of merged follow-ups; `snapshot`, when given, becomes that of the newest of them. */
  setMessage(id: string, message: string, snapshot?: Snapshot): Promise<void>;
  setReportComment(id: string, commentId: string): Promise<void>;
}

export interface Queue extends QueueMoves, QueueReads, QueueNotes {}
