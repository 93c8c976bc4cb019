// Deliveries, tasks, sessions and entries to begin a case with.
import { replyTo, type OrderOf } from '../../../src/domain/order.js';
import { issueKeyOf, type Actor, type RepoRef, type IssueRef } from '../../../src/domain/refs.js';
import type { Run } from '../../../src/domain/run.js';
import { NOTHING_YET, type Session } from '../../../src/domain/session.js';
import type { Task, TaskOutcome } from '../../../src/domain/task.js';
import type { Delivery } from '../../../src/store/inbox.js';
import type { NewTask } from '../../../src/store/queue.js';
import type { Orders } from '../../../src/store/orders.js';
import type { Store, Tables } from '../../../src/store/store.js';

export const API: RepoRef = { forge: 'work', id: '5', path: 'acme/api' };
export const WEB: RepoRef = { forge: 'work', id: '6', path: 'acme/web' };
export const ANN: Actor = { id: '2', login: 'ann', kind: 'user' };
export const DONE: TaskOutcome = { kind: 'done', result: 'pull_request', summary: 'did it' };

export function subject(number: number, repo: RepoRef = API): IssueRef {
  return { repo, number };
}

export function key(number: number, repo: RepoRef = API): string {
  return issueKeyOf(subject(number, repo));
}

export function delivery(id: string, more: Partial<Delivery> = {}): Omit<Delivery, 'seq' | 'attempts'> {
  return { forge: 'work', id, event: 'issue_comment', headers: {}, body: '{}', receivedAt: 100, ...more };
}

export function newTask(number: number, more: Partial<NewTask> = {}): NewTask {
  const of = more.subject ?? subject(number);
  return {
    subject: of,
    issueKey: issueKeyOf(of),
    sessionId: `s-${number}`,
    verb: 'start',
    priority: 0,
    message: '',
    options: {},
    actor: ANN,
    commentId: undefined,
    snapshot: undefined,
    now: 100,
    ...more,
  };
}

export function newSession(number: number, more: Partial<Session> = {}): Session {
  return {
    ...NOTHING_YET,
    id: `s-${number}`,
    issueKey: key(number),
    subject: subject(number),
    state: 'idle',
    agent: 'opencode',
    mayPush: true,
    turns: 0,
    createdAt: 100,
    usedAt: 100,
    ...more,
  };
}

export function newRun(task: Task, more: Partial<Run> = {}): Run {
  return {
    id: `run-${task.id}-${task.attempts}`,
    taskId: task.id,
    attempt: task.attempts,
    bootId: 'boot-1',
    worker: 'here',
    startedAt: 100,
    endedAt: undefined,
    pid: undefined,
    startTicks: undefined,
    evidence: undefined,
    ended: undefined,
    ...more,
  };
}

/** A move that says just this. */
export async function changed(store: Store, id: string, change: Partial<Session>): Promise<void> {
  await store.records.sessions.move(id, (session) => ({ ...session, ...change }));
}

type Asked = Parameters<Orders['add']>[0];

/** A reply on this issue. */
export function said(body: string, number = 1, more: Partial<OrderOf<'reply'>> = {}): OrderOf<'reply'> {
  return { ...replyTo(subject(number), { key: body, body }), ...more };
}

/** Asked on issue 1, due at 100, to be sent once. */
export function asked(uniqueKey: string, more: Partial<Asked> = {}): Asked {
  return {
    order: said(uniqueKey),
    uniqueKey,
    again: false,
    runAt: 100,
    now: 100,
    ...more,
  };
}

/** The best ready task, which has to be there. */
export async function claimed(
  tables: Tables,
  exceptRepos: readonly string[] = [],
  bootId = 'boot-1',
): Promise<Task> {
  const task = await tables.queue.claim({ worker: 'here', bootId, now: 200, exceptRepos });
  if (task === undefined) throw new Error('nothing is ready');
  return task;
}

export async function stateOf(store: Store, id: string): Promise<Task['state'] | undefined> {
  return (await store.queue.get(id))?.state;
}

/** The `code` of the fault a call ends with; undefined when it ends well. */
export async function refusal(call: Promise<unknown>): Promise<unknown> {
  try {
    await call;
    return undefined;
  } catch (error) {
    return error instanceof Error && 'code' in error ? error.code : error;
  }
}
