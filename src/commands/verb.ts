// What a verb is: one entry of the table that every door, the help and the docs are made from.
import type { Actor, SubjectRef } from '../domain/refs.js';
import type { Issue } from '../domain/event.js';
import type { Session } from '../domain/session.js';
import type { Snapshot, Task } from '../domain/task.js';
import type { Trigger } from '../domain/trigger.js';
import type { Forge } from '../forges/forge.js';
import type { Tables } from '../store/store.js';
import type { Flag } from './grammar-arguments.js';

/** Who may use a verb: everybody who can read (a private repository), those with `trigger.permission`, administrators. */
export type Audience = 'reader' | 'trigger' | 'admin';

/** One asked command, already parsed and allowed. */
export interface Ask {
  /** Names the command for good: the same origin is carried out once. */
  readonly origin: string;
  readonly door: 'comment' | 'label' | 'issue' | 'review';
  readonly forge: Forge;
  readonly actor: Actor;
  /** Where it was asked: an issue or a pull request. */
  readonly subject: SubjectRef;
  readonly commentId: string | undefined;
  /** When it was asked: what the agent is told ends there. */
  readonly trigger: Trigger;
  readonly flags: Readonly<Record<string, string | true>>;
  readonly message: string;
}

/** What became of a command, for the log. `handled`: done, and none of the other words says it. */
export type CommandResult = 'queued' | 'stopped' | 'answered' | 'handled' | 'nothing' | 'refused';

/** The tasks that a command put into the queue, and those that it ended. */
export interface Touched {
  readonly queued?: readonly Task[];
  readonly stopped?: readonly Task[];
}

/** What a handler decided. Nothing is written before `apply`, which runs in one transaction with the command's record. */
export interface Decision {
  readonly result: CommandResult;
  /** One sentence for the log and `explain`. */
  readonly note: string;
  /** Markdown for one new comment. */
  readonly reply?: string;
  readonly apply?: (tables: Tables) => Promise<Touched>;
  /** After the commit: wakes and stops things of this process; safe to lose. */
  readonly after?: () => void;
}

/** The rules of one repository, from the config. */
export interface RepoRules {
  readonly agent: string;
  readonly base: string | undefined;
}

/** What handlers may use; each asks for the few it needs. */
export interface VerbDeps {
  readonly now: () => number;
  readonly newId: () => string;
  readonly tables: Tables;
  readonly word: string;
  readonly agents: readonly string[];
  /** Whether this agent knows models of that form. */
  readonly isModelOf: (agent: string, model: string) => boolean;
  readonly rules: (subject: SubjectRef) => RepoRules;
  /** The issue, and the snapshot of it for the agent. */
  readonly readIssue: (
    ask: Ask,
    session: Session | undefined,
  ) => Promise<{ issue: Issue; snapshot: Snapshot }>;
  /** The living session that owns this issue or pull request. Throws while it is being removed: the command waits for that. */
  readonly sessionOf: (forge: Forge, subject: SubjectRef) => Promise<Session | undefined>;
  /** The same, to speak of it only. */
  readonly sessionToSee: (forge: Forge, subject: SubjectRef) => Promise<Session | undefined>;
  /** Ends the process of a running task of this server, if it is here. */
  readonly abortRun: (taskId: string, by: string) => void;
  readonly wakeReaper: () => void;
  /** Work in the worktree that is not at the forge; undefined when there is none, `stuck` when it cannot be taken over. Brings it into the mirror on the way. */
  readonly unpushedWork: (session: Session) => Promise<string | undefined>;
  readonly verbs: () => readonly Verb[];
}

export interface Verb {
  readonly name: string;
  readonly aliases?: readonly string[];
  /** What follows the name, e.g. `[message]`. */
  readonly usage: string;
  readonly summary: string;
  readonly audience: Audience;
  readonly flags: readonly Flag[];
  readonly decide: (deps: VerbDeps, ask: Ask) => Promise<Decision>;
}
