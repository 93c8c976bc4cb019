// What becomes of an order, by its kind: carried out at its destination, or given up.
import { aboutTask } from '../domain/about.js';
import type { Order } from '../domain/order.js';
import type { WorkDeps } from '../work/deps.js';
import { publish } from '../work/publish.js';
import { endUnpublished } from '../work/queueing.js';
import { react } from './react.js';
import { endTasks, sayFinal } from './say-final.js';
import { sayReply } from './say-reply.js';
import { sayReport } from './say-report.js';

/** Safe to repeat. @throws ForgeError, GitError where it could not be done */
export async function carryOut(deps: WorkDeps, order: Order): Promise<void> {
  switch (order.kind) {
    case 'reaction':
      return await react(deps, order);
    case 'report':
      return await sayReport(deps, order);
    case 'publish':
      return await publish(deps, order);
    case 'final':
      return await sayFinal(deps, order);
    case 'reply':
      return await sayReply(deps, order);
  }
}

/** What becomes of a task whose word cannot be brought to the forge at all. */
export async function giveUp(deps: WorkDeps, order: Order, why: string): Promise<void> {
  switch (order.kind) {
    case 'reaction':
    case 'report':
    case 'reply':
      return;
    case 'publish': {
      const task = await deps.store.queue.get(order.taskId);
      if (task === undefined) return;
      return await deps.store.transaction((tables) => endUnpublished(tables, task, why, deps.now()));
    }
    case 'final': {
      const task = await deps.store.queue.get(order.taskId);
      if (task !== undefined) deps.log.error('task.unreported', { ...aboutTask(task), why });
      return await endTasks(deps, order);
    }
  }
}
