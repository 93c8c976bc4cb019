// How tasks leave the running state and the queue, and who comes next on their issue.
import type { Task, TaskOutcome } from '../../domain/task.js';
import { TASK_MOVES } from '../../domain/task-moves.js';
import type { AttemptEnd } from '../queue.js';
import type { Db } from './schema.js';
import { findTasks, state, before } from './task-rows.js';

/** Call inside a transaction. */
export async function finish(
  db: Db,
  id: string,
  fence: number,
  end: AttemptEnd & { readonly now: number },
): Promise<boolean> {
  const mine = db
    .updateTable('tasks')
    .where('id', '=', id)
    .where('fence', '=', fence)
    .where(before('outcome' in end ? 'finished' : 'putOff'));
  const change =
    'outcome' in end
      ? mine.set({
          state: TASK_MOVES.finished.to,
          outcome: JSON.stringify(end.outcome),
          ended_at: end.now,
          delay: null,
        })
      : mine.set((eb) => ({
          state: TASK_MOVES.putOff.to,
          run_at: end.retryAt,
          delay: end.delay === undefined ? null : JSON.stringify(end.delay),
          ...(!end.countAttempt && { attempts: eb('attempts', '-', 1) }),
        }));
  const row = await change.returning('issue_key').executeTakeFirst();
  if (row === undefined) return false;
  await promote(db, row.issue_key);
  return true;
}

export interface Cancelling {
  readonly issueKey: string;
  readonly outcome: TaskOutcome;
  readonly now: number;
  readonly ids: readonly string[] | undefined;
}

/** Call inside a transaction. */
export async function cancel(db: Db, { issueKey, outcome, now, ids }: Cancelling): Promise<Task[]> {
  if (ids?.length === 0) return [];
  let queued = db
    .updateTable('tasks')
    .where('issue_key', '=', issueKey)
    .where(before('cancelled'))
    .set({ state: TASK_MOVES.cancelled.to, outcome: JSON.stringify(outcome), ended_at: now });
  if (ids !== undefined) queued = queued.where('id', 'in', [...ids]);
  const rows = await queued.returning('id').execute();
  await promote(db, issueKey);
  return await findTasks(
    db,
    rows.map((row) => row.id),
  );
}

/** Is a task of the issue ready, delayed or running? Says it in the words of the index `tasks_head`. */
export async function hasHead(db: Db, issueKey: string): Promise<boolean> {
  const head = await db
    .selectFrom('tasks')
    .select('seq')
    .where('issue_key', '=', issueKey)
    .where('state', 'in', [state('ready'), state('delayed'), state('running')])
    .executeTakeFirst();
  return head !== undefined;
}

/** The best waiting task of the issue becomes its head, when the issue has none. */
async function promote(db: Db, issueKey: string): Promise<void> {
  if (await hasHead(db, issueKey)) return;
  const next = db
    .selectFrom('tasks')
    .select('seq')
    .where('issue_key', '=', issueKey)
    .where(before('promoted'))
    .orderBy('priority', 'desc')
    .orderBy('seq')
    .limit(1);
  await db.updateTable('tasks').where('seq', '=', next).set({ state: TASK_MOVES.promoted.to }).execute();
}
