// The task that an order speaks of, as it stands now.
import { isNumbered, showSubject, type IssueRef } from '../domain/refs.js';
import type { Session } from '../domain/session.js';
import type { Task } from '../domain/task.js';
import type { WorkDeps } from '../work/deps.js';

type Deps = Pick<WorkDeps, 'store'>;

/** @throws Error when it is not there */
export async function taskIn(
  { store }: Deps,
  { taskId }: { readonly taskId: string },
): Promise<{ task: Task; session: Session }> {
  const task = await store.queue.get(taskId);
  const session = task === undefined ? undefined : await store.records.sessions.get(task.sessionId);
  if (task === undefined || session === undefined) throw new Error(`there is no task ${taskId}`);
  return { task, session };
}

/** Nothing is said at the forge about a discussion, and no order for that is ever placed. @throws Error all the same */
export function placeOf({ id, subject }: Task): IssueRef {
  if (isNumbered(subject)) return subject;
  throw new Error(`${id} is about ${showSubject(subject)}, which has no place at the forge`);
}

/** Those of them that are there. */
export async function tasksIn({ store }: Deps, ids: readonly string[]): Promise<Task[]> {
  const found = await Promise.all(ids.map((id) => store.queue.get(id)));
  return found.filter((task) => task !== undefined);
}
