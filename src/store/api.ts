// What the HTTP API keeps and reads: tokens, requests that are carried out once, events, and listings page by page.
import type { Scope } from '../domain/principal.js';
import type { RepoRef } from '../domain/refs.js';
import type { Run } from '../domain/run.js';
import type { Session } from '../domain/session.js';
import type { Task, TaskState } from '../domain/task.js';
import type { Delivery, DeliveryOutcome } from './inbox.js';

export interface ApiToken {
  readonly id: string;
  readonly name: string;
  /** SHA-256 of the token, in hex: it is random and long, so nothing slower is needed. */
  readonly hash: string;
  readonly scope: Scope;
  /** Patterns as in `repos` of the config; undefined: every repository. */
  readonly repos: readonly string[] | undefined;
  readonly createdAt: number;
  /** The name of the operator who made it. */
  readonly createdBy: string;
  readonly expiresAt: number | undefined;
  readonly usedAt: number | undefined;
  readonly revokedAt: number | undefined;
}

export interface Tokens {
  add(token: ApiToken): Promise<void>;
  get(id: string): Promise<ApiToken | undefined>;
  /** Revoked and expired ones too. */
  byHash(hash: string): Promise<ApiToken | undefined>;
  used(id: string, now: number): Promise<void>;
  /** False when there is none that is not revoked. */
  revoke(id: string, now: number): Promise<boolean>;
  list(page: PageOf): Promise<Listed<ApiToken>[]>;
}

/** A request with an `Idempotency-Key`: the same key with another content is a mistake of the caller. */
export interface OnceRequest {
  /** Who asked: keys of two tokens are not the same. */
  readonly by: string;
  readonly key: string;
  /** Of method, path and body. */
  readonly hash: string;
  /** What it made, where the repeated request has to be told. */
  readonly made?: string;
}

export interface OnceRequests {
  /** The one that was recorded with this key, else this one, which is recorded now. */
  claim(
    request: OnceRequest,
    now: number,
  ): Promise<{ readonly first: boolean; readonly request: OnceRequest }>;
}

export type EventType = 'task' | 'session' | 'run' | 'order' | 'delivery' | 'token';

/** Something has changed: ids and states; whoever wants more asks for it. */
export interface StoredEvent {
  /** Grows; in the order of the commits. */
  readonly id: number;
  readonly at: number;
  readonly type: EventType;
  readonly change: 'added' | 'changed';
  /** Of the issue it belongs to; deliveries and tokens belong to none. */
  readonly about: About | undefined;
  readonly data: Readonly<Record<string, unknown>>;
}

/** Written by the database itself, in the transaction of the change. Only the newest are kept. */
export interface Events {
  after(id: number, limit: number): Promise<StoredEvent[]>;
  /** The ids that are kept; both 0 where there is none. */
  range(): Promise<{ readonly oldest: number; readonly newest: number }>;
}

/** The issue that owns a row: `issueKey`, and its repository with the path of now. */
export interface About {
  readonly issueKey: string;
  readonly repo: RepoRef;
}

/** Newest first, `before` this `seq`. */
export interface PageOf {
  readonly before: number | undefined;
  readonly limit: number;
}

export interface PageOfRepos extends PageOf {
  /** Keys `FORGE:REPO_ID`; undefined: all. */
  readonly repoKeys: readonly string[] | undefined;
}

export interface Listed<T> {
  readonly seq: number;
  readonly row: T;
}

export interface ListedAbout<T> extends Listed<T> {
  readonly about: About;
}

export interface OrderRow {
  readonly id: number;
  /** `forge:NAME`. */
  readonly destination: string;
  readonly kind: string;
  readonly state: string;
  readonly attempts: number;
  readonly runAt: number;
  readonly createdAt: number;
  readonly sentAt: number | undefined;
  readonly givenUpAt: number | undefined;
  readonly why: string | undefined;
}

export type DeliveryRow = Omit<Delivery, 'headers' | 'body'> & {
  readonly outcome: DeliveryOutcome | undefined;
  /** Why it waits for another try. */
  readonly why: string | undefined;
};

/** Where a page of the queue ended: the queue goes by state, priority, age. */
export interface QueuePlace {
  readonly state: TaskState;
  readonly priority: number;
  readonly seq: number;
}

export interface Lists {
  tasks(
    page: PageOfRepos & { readonly states?: readonly TaskState[] | undefined },
  ): Promise<ListedAbout<Task>[]>;
  task(id: string): Promise<ListedAbout<Task> | undefined>;
  runs(page: PageOfRepos & { readonly task?: string | undefined }): Promise<ListedAbout<Run>[]>;
  sessions(page: PageOfRepos): Promise<ListedAbout<Session>[]>;
  session(id: string): Promise<ListedAbout<Session> | undefined>;
  orders(page: PageOfRepos): Promise<ListedAbout<OrderRow>[]>;
  deliveries(page: PageOf): Promise<Listed<DeliveryRow>[]>;
  /** Queued tasks in the order in which they will be claimed. */
  queue(page: {
    readonly after: QueuePlace | undefined;
    readonly limit: number;
    readonly repoKeys: readonly string[] | undefined;
  }): Promise<ListedAbout<Task>[]>;
  /** How many tasks are in each state that has not ended. */
  counts(): Promise<Readonly<Record<string, number>>>;
  repos(): Promise<RepoRef[]>;
}

export interface ApiTables {
  readonly tokens: Tokens;
  readonly requests: OnceRequests;
  readonly events: Events;
  readonly lists: Lists;
}
