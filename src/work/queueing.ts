// What several rooms do with the tables in one breath: a task is queued or ended together with what is said about it.
import { finalOf, reportOf } from '../domain/order.js';
import { isNumbered, showSubject, type Actor, type SubjectRef } from '../domain/refs.js';
import type { Session } from '../domain/session.js';
import type { Snapshot, Task, TaskOptions, TaskOutcome } from '../domain/task.js';
import { placeOrder } from '../store/place-order.js';
import type { Tables } from '../store/store.js';
import { KugetsuError } from '../support/errors.js';

/** Follow-ups, answers and retries go before new starts. */
export const FOLLOW_UP_PRIORITY = 10;
export const START_PRIORITY = 0;

export interface Asker {
  readonly subject: SubjectRef;
  readonly actor: Actor;
  readonly commentId: string | undefined;
}

export interface QueuedTask {
  readonly session: Session;
  readonly verb: Task['verb'];
  readonly message: string;
  readonly options: TaskOptions;
  readonly snapshot: Snapshot | undefined;
  readonly priority: number;
}

/** A command met a session that is being removed: it waits for the end of that, then it is decided anew. */
export class SessionLeaving extends KugetsuError<'session_leaving'> {
  override readonly name = 'SessionLeaving';
  constructor({ subject, id }: Session) {
    super(
      'session_leaving',
      `the session ${id} of ${showSubject(subject)} is being removed; the command is decided after that`,
    );
  }
}

/** The same session, unless the reaper was asked to take it. @throws SessionLeaving */
export function unlessLeaving(session: Session | undefined): Session | undefined {
  if (session?.reap !== undefined) throw new SessionLeaving(session);
  return session;
}

/** Call inside the transaction of the command. @throws SessionLeaving where the session left since the decision. */
export async function queueTask(tables: Tables, ask: Asker, task: QueuedTask, now: number): Promise<Task> {
  const session = unlessLeaving(await tables.records.sessions.get(task.session.id));
  if (session?.state === 'reaped') throw new SessionLeaving(session);
  const added = await tables.queue.enqueue({
    subject: ask.subject,
    issueKey: task.session.issueKey,
    sessionId: task.session.id,
    verb: task.verb,
    priority: task.priority,
    message: task.message,
    options: task.options,
    actor: ask.actor,
    commentId: ask.commentId,
    snapshot: task.snapshot,
    now,
  });
  await askForReport(tables, added, now);
  if (session?.state === 'waiting') {
    // Its report need not ask any more.
    const asked = (await tables.queue.ofIssue(task.session.issueKey, ['needs_input'])).at(-1);
    if (asked !== undefined) await askForReport(tables, asked, now);
  }
  return added;
}

/** The report of this task is to be written again from its present state. A discussion has none. */
export async function askForReport(tables: Tables, task: Task, runAt: number, now = runAt): Promise<void> {
  if (isNumbered(task.subject)) await placeOrder(tables, reportOf(task), { now, runAt });
}

/**
 * The one final comment of this task, and of those that the same command ended with it (`also`). Of a discussion nothing is said
 * at the forge: it leaves `reporting` at once.
 */
export async function askForFinal(
  tables: Tables,
  task: Task,
  now: number,
  also: readonly Task[] = [],
): Promise<void> {
  if (isNumbered(task.subject)) return await placeOrder(tables, finalOf(task, also), { now });
  for (const { id } of [task, ...also]) await tables.queue.settle(id, now);
}

/** The result of a task in `reporting` cannot be brought to the forge: that is its outcome now. `message`: a sentence for people. */
export async function endUnpublished(
  tables: Tables,
  task: Task,
  message: string,
  now: number,
): Promise<void> {
  await tables.queue.changeOutcome(task.id, { kind: 'failed', cause: 'push', message });
  await askForReport(tables, task, now);
  await askForFinal(tables, task, now);
}

/**
 * Ends every queued and running task of an issue. `by`: a login, or what happened. The outcome is stored first, so a crash
 * before the process is gone loses nothing; whoever calls it aborts the processes after the commit. Returns those it ended.
 */
export async function endTasksOf(tables: Tables, issueKey: string, by: string, now: number): Promise<Task[]> {
  const outcome: TaskOutcome = { kind: 'cancelled', by };
  const queued = await tables.queue.cancel(issueKey, outcome, now);
  const running = await tables.queue.ofIssue(issueKey, ['running']);
  for (const task of running) await tables.queue.finish(task.id, task.fence, { outcome, now });
  const ended = [...running, ...queued];
  for (const task of ended) await askForReport(tables, task, now);
  const [first, ...also] = ended;
  if (first !== undefined) await askForFinal(tables, first, now, also);
  return ended;
}
