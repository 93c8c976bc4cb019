// How tasks leave the running state and the queue, and who comes next on their issue.
import type { TaskOutcome, Task } from '../../domain/task.js';
import type { Tasks } from '../store.js';
import { findTask } from './task-rows.js';
import type { Db } from './schema.js';

/** Call inside a transaction. */
export async function endRun(
  db: Db,
  id: string,
  fence: number,
  end: Parameters<Tasks['endRun']>[2],
): Promise<boolean> {
  const mine = db
    .updateTable('tasks')
    .where('id', '=', id)
    .where('fence', '=', fence)
    .where('state', '=', 'running');
  const change =
    'outcome' in end
      ? mine.set({ state: 'reporting', outcome: JSON.stringify(end.outcome), ended_at: end.now })
      : mine.set((eb) => ({
          state: 'delayed',
          run_at: end.retryAt,
          ...(!end.countAttempt && { attempts: eb('attempts', '-', 1) }),
        }));
  const row = await change.returning('issue_key').executeTakeFirst();
  if (row === undefined) return false;
  await promote(db, row.issue_key);
  return true;
}

/** Call inside a transaction. */
export async function endQueued(
  db: Db,
  on: { issueKey: string; outcome: TaskOutcome; now: number; filter: { ids: readonly string[] } | undefined },
): Promise<Task[]> {
  let queued = db
    .updateTable('tasks')
    .where('issue_key', '=', on.issueKey)
    .where('state', 'in', ['ready', 'waiting', 'delayed'])
    .set({ state: 'reporting', outcome: JSON.stringify(on.outcome), ended_at: on.now });
  if (on.filter !== undefined) queued = queued.where('id', 'in', [...on.filter.ids]);
  const rows = await queued.returning('id').execute();
  await promote(db, on.issueKey);
  const tasks = await Promise.all(rows.map((row) => findTask(db, row.id)));
  return tasks.filter((task) => task !== undefined);
}

/** The best waiting task of the issue becomes its head, when the issue has none. */
async function promote(db: Db, issueKey: string): Promise<void> {
  const head = await db
    .selectFrom('tasks')
    .select('seq')
    .where('issue_key', '=', issueKey)
    .where('state', 'in', ['ready', 'delayed', 'running'])
    .executeTakeFirst();
  if (head !== undefined) return;
  const next = db
    .selectFrom('tasks')
    .select('seq')
    .where('issue_key', '=', issueKey)
    .where('state', '=', 'waiting')
    .orderBy('priority', 'desc')
    .orderBy('seq')
    .limit(1);
  await db.updateTable('tasks').where('seq', '=', next).set({ state: 'ready' }).execute();
}
