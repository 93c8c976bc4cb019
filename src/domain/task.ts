// A task: one piece of agent work on one issue. What states it has and what its end can be. Pure.
import type { Delay } from './delay.js';
import type { Actor, SubjectRef } from './refs.js';

/**
 * `ready`, `waiting` and `delayed` are all "queued" to people: ready = first of its issue and may be claimed; waiting =
 * behind another task of the same issue; delayed = waits for a time (retry, or the forge). `reporting`: the outcome is stored and the
 * slot is free; push, pull request and final comment are under way.
 */
export type TaskState =
  | 'ready'
  | 'waiting'
  | 'delayed'
  | 'running'
  | 'reporting'
  | 'needs_input'
  | 'done'
  | 'failed'
  | 'cancelled';

export const QUEUED: readonly TaskState[] = ['ready', 'waiting', 'delayed'];

/** Not yet at its end: still in the queue, or an agent works on it. */
export const LIVE: readonly TaskState[] = [...QUEUED, 'running'];

export type FailureCause =
  | 'agent'
  /** kugetsu itself: the process ended, or a fault of ours ended the run. */
  | 'server'
  | 'timeout'
  | 'quota'
  | 'auth'
  | 'config'
  /** The one who asked named something that is not there: a branch, an agent. */
  | 'asked'
  | 'handover'
  | 'push'
  | 'forge'
  | 'worktree'
  | 'sandbox';

export type TaskOutcome =
  | {
      readonly kind: 'done';
      readonly result: 'pull_request' | 'no_changes' | 'answered';
      readonly summary: string;
    }
  | { readonly kind: 'needs_input'; readonly question: string }
  | {
      readonly kind: 'failed';
      readonly cause: FailureCause;
      /** What went wrong, for people; may hold text of the agent (rendered inert). */
      readonly message: string;
      readonly resetAt?: number;
    }
  /** `by` is a login, or what happened ("the pull request was merged"). */
  | { readonly kind: 'cancelled'; readonly by: string }
  | { readonly kind: 'folded'; readonly into: string };

export function endStateOf(outcome: TaskOutcome): TaskState {
  switch (outcome.kind) {
    case 'done':
      return 'done';
    case 'needs_input':
      return 'needs_input';
    case 'failed':
      return 'failed';
    case 'cancelled':
    case 'folded':
      return 'cancelled';
  }
}

export interface TaskOptions {
  readonly agent?: string;
  readonly model?: string;
  readonly base?: string;
  readonly draft?: boolean;
  readonly fresh?: boolean;
  /** A discussion gets a pull request only with it; an issue always. */
  readonly pr?: boolean;
}

/** What the report shows of a running task; written by its run, throttled. */
export interface Progress {
  readonly todos: readonly { readonly text: string; readonly done: boolean }[];
  readonly lastTool: string | undefined;
  readonly lastText: string | undefined;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly costUsd: number;
}

export interface ToldComment {
  readonly id?: string;
  readonly author: string;
  readonly body: string;
  readonly at: string;
}

export interface ToldReview {
  readonly id: string;
  readonly author: string;
  readonly state: string;
  readonly body: string;
  readonly at: string;
  /** Comments on lines; `place` is `path:line`. */
  readonly lines: readonly { readonly place: string; readonly author: string; readonly body: string }[];
}

/**
 * The issue as it was when the command was given: what came or was edited later does not reach the agent. What is
 * optional was not stored by the first version.
 */
export interface Snapshot {
  readonly title: string;
  readonly body: string;
  readonly author: string;
  readonly url: string;
  /** The moment of the command, ISO 8601. */
  readonly until?: string;
  readonly comments: readonly ToldComment[];
  /** Of the session's pull request. */
  readonly reviews?: readonly ToldReview[];
  /** How many comments and reviews were left out: later, edited later, or by people without write permission. */
  readonly leftOut?: number;
}

export interface Task {
  /** Short and typable: `T-2f9c`. */
  readonly id: string;
  readonly issueKey: string;
  readonly subject: SubjectRef;
  readonly sessionId: string;
  readonly verb: 'start' | 'continue' | 'retry';
  readonly state: TaskState;
  /** Larger first; 10 for follow-ups, 0 for new starts. */
  readonly priority: number;
  readonly message: string;
  readonly options: TaskOptions;
  readonly actor: Actor;
  /** The comment that asked; undefined where there is none: a label, an issue's body, the API. */
  readonly commentId: string | undefined;
  readonly snapshot: Snapshot | undefined;
  readonly attempts: number;
  /** Grows with each claim: a writer with an older one has lost the task. */
  readonly fence: number;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  readonly runAt: number;
  readonly startedAt: number | undefined;
  readonly endedAt: number | undefined;
  /** Why it is not tried at once; kept while it runs again, until the next end of an attempt. */
  readonly delay: Delay | undefined;
  readonly progress: Progress | undefined;
  readonly outcome: TaskOutcome | undefined;
  readonly reportCommentId: string | undefined;
}
