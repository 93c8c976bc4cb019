// What a verb is: one entry of the table that every door, the help and the docs are made from.
import type { Actor, SubjectRef } from '../domain/refs.js';
import type { Task } from '../domain/task.js';
import type { Trigger } from '../domain/trigger.js';
import type { Forge } from '../forges/forge.js';
import type { Tables } from '../store/store.js';
import type { Work } from '../work/create.js';
import type { WorkDeps } from '../work/deps.js';
import type { Audience, Authorizer } from './authorize.js';
import type { Flag } from './flags.js';

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

/** What handlers may use: what the work has, who may do what, and the runs of this server. */
export interface VerbDeps extends WorkDeps {
  readonly authorizer: Authorizer;
  readonly work: Pick<Work, 'abortRun' | 'unpushedWork'>;
  /** The table, in which `help` stands too. */
  readonly verbs: readonly Verb[];
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

export function wordOf({ config }: Pick<VerbDeps, 'config'>): string {
  return config().trigger.word;
}
