// What a verb is: one entry of the table that every door, the help and the docs are made from; and how one is asked.
import type { Principal } from '../domain/principal.js';
import type { Actor, IssueRef, SubjectRef } from '../domain/refs.js';
import type { Refusal, Result } from '../domain/result.js';
import type { Task } from '../domain/task.js';
import type { Trigger } from '../domain/trigger.js';
import type { Forge } from '../forges/forge.js';
import type { Tables } from '../store/store.js';
import type { InOrder } from '../support/in-order.js';
import type { Work } from '../work/create.js';
import type { WorkDeps } from '../work/deps.js';
import type { Audience, Standings } from './authorize.js';
import type { Flag } from './flags.js';

/** One thing asked, through any door. */
export interface Ask {
  readonly principal: Principal;
  readonly verb: string;
  /** Undefined: about everything (`queue`, `help`). */
  readonly subject: SubjectRef | undefined;
  readonly given:
    /** What followed the verb, as it was typed. */
    | { readonly kind: 'text'; readonly rest: string }
    | { readonly kind: 'parsed'; readonly flags: Flags; readonly message: string };
  /** Names it for good: the same origin is carried out once. */
  readonly origin: string;
  readonly replyTo: ReplyTo;
  /** When it was asked: what the agent is told ends there. Undefined: now. */
  readonly trigger: Trigger | undefined;
  /** Fields for the log: the delivery or the request that brought it. */
  readonly about: Readonly<Record<string, string>>;
}

export type Flags = Readonly<Record<string, string | true>>;

/** Where the answer goes. */
export type ReplyTo =
  | {
      readonly kind: 'comment';
      readonly subject: IssueRef;
      /** The comment that asked gets a 👀; undefined for a label or an issue's body. */
      readonly commentId: string | undefined;
      /** What was typed; '' where nothing was. */
      readonly answers: string;
    }
  /** Whoever called `ask` tells it. */
  | {
      readonly kind: 'caller';
      /** By a name of its own: then also an answer that changed nothing is told again, instead of being made anew. */
      readonly named: boolean;
    };

/** An ask that is parsed and allowed. */
export interface Call {
  readonly actor: Actor;
  readonly subject: SubjectRef;
  readonly forge: Forge;
  readonly commentId: string | undefined;
  readonly trigger: Trigger | undefined;
  readonly flags: Flags;
  readonly message: string;
}

/** The same, where it may be about everything. */
export type OpenCall = Omit<Call, 'subject' | 'forge'> & {
  readonly subject: SubjectRef | undefined;
  /** Whoever asks is narrowed to single issues. */
  readonly onlySubject: boolean;
};

/** What became of it, and the tasks that it put into the queue or ended, for the log. */
export interface Done {
  readonly result: Result;
  readonly queued?: readonly Task[];
  readonly stopped?: readonly Task[];
}

/** What a verb decided. Nothing is written before `apply`, which runs in one transaction with the record of the ask. */
export interface Decision {
  readonly apply: (tables: Tables) => Promise<Done>;
  /** After the commit: wakes and stops things of this process; safe to lose. */
  readonly after?: () => void;
}

/** What handlers may use: what the work has, who may do what, and the runs of this server. */
export interface VerbDeps extends WorkDeps {
  readonly standings: Standings;
  /** Asks about one subject, whichever doors they come through. */
  readonly asking: InOrder;
  readonly work: Pick<Work, 'abortRun' | 'unpushedWork'>;
  /** The table, in which `help` stands too. */
  readonly verbs: readonly Verb[];
}

interface VerbBase {
  readonly name: string;
  /** What follows the name, e.g. `[message]`. */
  readonly usage: string;
  readonly summary: string;
  readonly audience: Audience;
  readonly flags: readonly Flag[];
  /** Doors that do not lead to it, each with the reason. */
  readonly notThrough?: Readonly<Partial<Record<Door, string>>>;
}

/** Ways in, as a verb sees them: what is typed, a label of the config, a program. */
export type Door = 'comment' | 'label' | 'api';

export type Verb = VerbBase &
  (
    | { readonly about: 'subject'; readonly decide: (deps: VerbDeps, call: Call) => Promise<Decision> }
    | { readonly about: 'anything'; readonly decide: (deps: VerbDeps, call: OpenCall) => Promise<Decision> }
  );

/** A decision that writes nothing. */
export function answer(result: Result): Decision {
  return { apply: () => Promise.resolve({ result }) };
}

export function refuse(refusal: Refusal): Decision {
  return answer({ kind: 'refused', refusal });
}
