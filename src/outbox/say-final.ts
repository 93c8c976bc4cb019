// The final comment, which ends the task: only when the forge has it, the task leaves `reporting`.
import { reactionTo, type OrderOf } from '../domain/order.js';
import { isNumbered } from '../domain/refs.js';
import type { Task } from '../domain/task.js';
import { placeOrder } from '../store/place-order.js';
import { renderFinal } from '../words/final.js';
import type { WorkDeps } from '../work/deps.js';
import { askForReport } from '../work/queueing.js';
import { ensureComment } from './ensure-comment.js';
import { forgeAt } from './forge-at.js';
import { placeOf, tasksIn, taskIn } from './task-in.js';

export async function sayFinal(deps: WorkDeps, order: OrderOf<'final'>): Promise<void> {
  const { task, session } = await taskIn(deps, order);
  const also = await tasksIn(deps, order.also);
  const { foreign } = deps;
  const { word } = deps.config().trigger;
  const runs = await deps.store.records.runs.ofTask(task.id);
  const body = renderFinal({ task, also, session, runs, word, foreign });
  const mark = { kind: 'final', id: task.id } as const;
  await ensureComment(deps, forgeAt(deps, order), placeOf(task), mark, body);
  await endTasks(deps, order);
}

/** What the final comment was to end, whether it could be said or not. */
export async function endTasks(deps: WorkDeps, { taskId, also }: OrderOf<'final'>): Promise<void> {
  for (const task of await tasksIn(deps, [taskId, ...also])) await settle(deps, task);
}

async function settle(deps: WorkDeps, task: Task): Promise<void> {
  const now = deps.now();
  const { id: taskId, subject, commentId, outcome } = task;
  await deps.store.transaction(async (tables) => {
    await tables.queue.settle(taskId, now);
    await askForReport(tables, task, now);
    if (commentId === undefined || !isNumbered(subject) || outcome?.kind === 'needs_input') return;
    const reaction = outcome?.kind === 'done' ? 'rocket' : 'confused';
    await placeOrder(tables, reactionTo(subject, { commentId, reaction, taskId }), { now });
  });
}
