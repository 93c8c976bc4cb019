// A task goes into the queue, and that is the result: which one, at which place, what it waits for.
import type { Result } from '../domain/result.js';
import { waitsForOf } from '../domain/task-line.js';
import type { Tables } from '../store/store.js';
import { queueTask, type QueuedTask } from '../work/queueing.js';
import type { Call, Done, VerbDeps } from './verb.js';

/** Call inside the transaction. */
export async function enqueue(
  deps: Pick<VerbDeps, 'now'>,
  tables: Tables,
  call: Call,
  task: QueuedTask & { readonly how: Extract<Result, { kind: 'queued' }>['how'] },
): Promise<Done> {
  const added = await queueTask(tables, call, task, deps.now());
  const waitsFor = waitsForOf(added);
  const place = (await tables.queue.placeOf(added.id)) ?? 1;
  const result: Result = {
    kind: 'queued',
    task: added.id,
    session: added.sessionId,
    place,
    ...(waitsFor !== undefined && { waitsFor }),
    how: task.how,
  };
  return { result, queued: [added] };
}
