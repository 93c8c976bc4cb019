// Several follow-ups that wait become one turn: the oldest takes the messages of the others.
import type { Task } from '../domain/task.js';
import { askForReport } from './queueing.js';
import type { WorkDeps } from './deps.js';

/** The claimed task, with the messages of the follow-ups that wait behind it. They end as merged. */
export async function mergeFollowUps(deps: Pick<WorkDeps, 'store' | 'now'>, claimed: Task): Promise<Task> {
  if (claimed.verb !== 'continue') return claimed;
  return await deps.store.transaction(async (tables) => {
    const waiting = await tables.queue.ofIssue(claimed.issueKey, ['waiting']);
    const others = waiting.filter((task) => task.verb === 'continue' && task.sessionId === claimed.sessionId);
    if (others.length === 0) return claimed;
    const message = [claimed, ...others]
      .map((task) => task.message)
      .filter((text) => text !== '')
      .join('\n\n');
    // The newest message speaks of what stood there when it was written.
    const snapshot = others.at(-1)?.snapshot ?? claimed.snapshot;
    await tables.queue.setMessage(claimed.id, message, snapshot);
    const ids = others.map((task) => task.id);
    await tables.queue.cancel(claimed.issueKey, { kind: 'folded', into: claimed.id }, deps.now(), { ids });
    for (const other of others) {
      await tables.queue.settle(other.id, deps.now());
      await askForReport(tables, other, deps.now());
    }
    return { ...claimed, message, snapshot };
  });
}
