// The one interface of the store room: what must survive a crash. Async, and nothing in it knows which database is below.
import type { Delay } from '../domain/delay.js';
import type { Order, OrderKind } from '../domain/order.js';
import type { Actor, RepoRef, SubjectRef } from '../domain/refs.js';
import type { Evidence, Run } from '../domain/run.js';
import type { Session } from '../domain/session.js';
import type { Progress, Snapshot, Task, TaskOptions, TaskOutcome, TaskState } from '../domain/task.js';

export interface Delivery {
  /** Grows in the order of arrival. */
  readonly seq: number;
  readonly forge: string;
  /** The forge's delivery id (a header, not covered by the signature). */
  readonly id: string;
  readonly event: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly receivedAt: number;
  readonly attempts: number;
}

/** What became of a delivery: one word and a sentence for people. */
export interface DeliveryOutcome {
  readonly result: 'handled' | 'ignored' | 'refused' | 'duplicate' | 'failed';
  readonly note: string;
  /** Unique per forge among finished deliveries: a second one with it is refused (`conflict`) and stays pending. */
  readonly contentKey?: string;
}

export interface FinishedDelivery {
  readonly seq: number;
  readonly outcome: DeliveryOutcome;
}

/** What is not asked for now: taken already, or of a forge that has no free slot or is paused. */
export interface DeliveriesExcept {
  readonly seqs: readonly number[];
  readonly forges: readonly string[];
}

export interface Postponement {
  readonly until: number;
  readonly why: string;
  /** What goes one after the other has one name. */
  readonly lane: string;
}

export interface Deliveries {
  /**
   * Durable when it resolves (a power cut does not lose it). Calls of one event-loop turn share one commit.
   * `duplicate`: this forge's delivery id is already stored. Inside a transaction it is durable with that one's commit.
   */
  add(delivery: Omit<Delivery, 'seq' | 'attempts'>): Promise<'stored' | 'duplicate'>;
  /** Not finished and due, oldest first. */
  pending(now: number, limit: number, except?: DeliveriesExcept): Promise<Delivery[]>;
  /** Has a finished delivery of this forge this content key? */
  seen(forge: string, contentKey: string): Promise<boolean>;
  finish(seq: number, outcome: DeliveryOutcome, now: number): Promise<void>;
  /** All in one commit, or none of them (`conflict`: a content key among them is not unique). */
  finishAll(finished: readonly FinishedDelivery[], now: number): Promise<void>;
  postpone(seq: number, to: Postponement): Promise<void>;
  /** When the last one of this lane that was postponed and came before `seq` is tried again; undefined when there is none. */
  heldUntil(lane: string, seq: number): Promise<number | undefined>;
  /** Newest first, with their outcome if they have one. */
  list(limit: number): Promise<(Delivery & { readonly outcome: DeliveryOutcome | undefined })[]>;
}

/** One asked command: `origin` names it for good, so that it is carried out once whatever happens. */
export interface CommandRecord {
  /** e.g. `comment:work:5:127:0` or `label:work:5#14:kugetsu:SEQ`. */
  readonly origin: string;
  readonly verb: string;
  readonly issueKey: string;
  readonly actor: Actor;
  readonly note: string;
  readonly at: number;
}

export interface Commands {
  /** False when this origin is already recorded: then nothing is written. */
  record(command: CommandRecord): Promise<boolean>;
  has(origin: string): Promise<boolean>;
}

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

export interface Tasks {
  /** `ready` when no other task of the issue is ready, delayed or running, else `waiting`. Picks a free short id. */
  add(task: NewTask): Promise<Task>;
  get(id: string): Promise<Task | undefined>;
  /**
   * The best ready task (priority, then age) whose repository is not in `exceptRepos` (`FORGE:REPO_ID`), made `running`
   * with attempts + 1 and fence + 1. Costs the same with one or a million tasks waiting. One claimer per database.
   */
  claim(options: { bootId: string; now: number; exceptRepos: readonly string[] }): Promise<Task | undefined>;
  /** Tasks of an issue in these states, oldest first. */
  ofIssue(issueKey: string, states: readonly TaskState[]): Promise<Task[]>;
  ofSession(sessionId: string): Promise<Task[]>;
  inState(states: readonly TaskState[]): Promise<Task[]>;
  /**
   * Queued tasks in the order in which they will be claimed (ready first by priority and age, then waiting, delayed).
   * This and what follows costs what is queued, whatever has ended.
   */
  queue(filter?: { repo?: RepoRef; limit?: number }): Promise<Task[]>;
  /** Place in `queue`, counted from 1; undefined when the task is not queued. */
  placeOf(id: string): Promise<number | undefined>;
  /** How many tasks run or are queued, in this repository or in all. */
  countLive(repo?: RepoRef): Promise<number>;
  /** False when the fence is stale. */
  saveProgress(id: string, fence: number, progress: Progress): Promise<boolean>;
  /**
   * Ends the running attempt: to `reporting` with its outcome, or back to the queue (`delayed` until `runAt`; then
   * `attempts` may be taken back with `countAttempt: false`, and `delay` says why it waits). Promotes the next waiting task of the issue when the issue
   * is free (a delayed task still holds its issue). False when the fence is stale.
   */
  endRun(
    id: string,
    fence: number,
    end:
      | { outcome: TaskOutcome; now: number }
      | { retryAt: number; countAttempt: boolean; delay?: Delay; now: number },
  ): Promise<boolean>;
  /** A later word on an outcome while `reporting` (the push was refused). */
  changeOutcome(id: string, outcome: TaskOutcome): Promise<void>;
  /** `reporting` → the state that belongs to its outcome. */
  settle(id: string, now: number): Promise<void>;
  /**
   * Ready, waiting and delayed tasks of the issue (with `filter` only those among `ids`) → `reporting` with this outcome.
   * Returns them, oldest first. Promotes the next waiting task when the issue is free.
   */
  endQueued(
    issueKey: string,
    outcome: TaskOutcome,
    now: number,
    filter?: { ids: readonly string[] },
  ): Promise<Task[]>;
  /** Adds the messages of merged follow-ups; `snapshot`, when given, becomes that of the newest of them. */
  setMessage(id: string, message: string, snapshot?: Snapshot): Promise<void>;
  setReportComment(id: string, commentId: string): Promise<void>;
  /** Delayed tasks that are due → ready. */
  promoteDue(now: number): Promise<number>;
  /** Running tasks of an earlier boot → ready, attempts kept as counted. Returns them. */
  recover(bootId: string, now: number): Promise<Task[]>;
}

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
  /** Runs with no end: what a crash left behind. */
  open(): Promise<Run[]>;
}

/** An order that waits, or is under way. */
export interface OrderEntry {
  readonly id: number;
  readonly order: Order | UnreadableOrder;
  /** Grows when the same order is asked for again while it waits or is being carried out. */
  readonly version: number;
  readonly attempts: number;
  readonly runAt: number;
  readonly createdAt: number;
}

/** A row that is no order that we know: to be given up with this reason. */
export interface UnreadableOrder {
  readonly kind: 'unreadable';
  readonly issueKey: string;
  readonly destination: string;
  /** The kind that stands in the row. */
  readonly was: string;
  readonly why: string;
}

/** What is not asked for now: under way already, or waiting for a free slot or for the end of a pause. */
export interface OrdersExcept {
  readonly ids: readonly number[];
  /** `laneOf` those that have a word under way; their reactions may go. */
  readonly lanes: readonly string[];
  readonly waiting: readonly OrdersWaiting[];
}

export interface OrdersWaiting {
  readonly destination: string;
  /** Of one repository only: how its issue keys begin (`work:5#`). */
  readonly issueKeyBegins?: string | undefined;
  readonly kinds: readonly OrderKind[];
}

export interface Orders {
  /**
   * Called by `placeOrder` alone. `uniqueKey`: a pending order with it is asked for again (version + 1, the new order, the
   * earlier `runAt` of both, but never before the time of its next try) instead of a new one; one that was already sent or
   * given up is reopened only with `again`, else nothing happens.
   */
  add(entry: { order: Order; uniqueKey: string; again: boolean; runAt: number; now: number }): Promise<void>;
  /**
   * Due orders that may go now: no earlier pending one of the same issue and destination that is due or has been tried
   * (a throttled edit that was never tried blocks nobody). Reactions neither wait for others nor hold them back.
   */
  due(now: number, limit: number, except?: OrdersExcept): Promise<OrderEntry[]>;
  /** Sent. When it was asked for again meanwhile (another version) it stays pending, until the time that was asked for. */
  sent(id: number, version: number, now: number): Promise<void>;
  retry(id: number, runAt: number, why: string): Promise<void>;
  /** Given up, with the reason; shown to the operator. */
  dead(id: number, why: string, now: number): Promise<void>;
  /** Undefined when never sent. */
  lastSentAt(uniqueKey: string): Promise<number | undefined>;
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

export interface Tables {
  readonly deliveries: Deliveries;
  readonly commands: Commands;
  readonly tasks: Tasks;
  readonly sessions: Sessions;
  readonly runs: Runs;
  readonly orders: Orders;
  readonly labels: SeenLabels;
  readonly repos: Repos;
}

export interface Store extends Tables {
  /**
   * All or nothing, and alone. `tables` is the only handle to use inside, and only until it ends: the store itself is
   * refused there (so it is not nested), as it would wait for the end of the transaction that waits for it.
   */
  transaction<T>(work: (tables: Tables) => Promise<T>): Promise<T>;
  /** Writes something that changes nothing. @throws StoreError when the store cannot be written */
  check(): Promise<void>;
  /** Waits for what is under way, then closes. Whatever is asked later is refused. */
  close(): Promise<void>;
}

export class StoreError extends Error {
  override readonly name = 'StoreError';
  constructor(
    /** `newer`: written by a newer kugetsu. `corrupt`, `full`, `failed`: as they say. */
    readonly code: 'newer' | 'corrupt' | 'full' | 'conflict' | 'failed',
    message: string,
    options?: { cause?: unknown },
  ) {
    super(message, options);
  }
}
