// The outbox entry that brings work to the forge: it only reads the order and tells what becomes of the task on giving up.
import type { PublishOrder } from '../work/publish.js';
import { endUnpublished } from '../work/queueing.js';
import type { Sender } from './loop.js';
import type { WorkDeps } from '../work/deps.js';

export function publishSender(
  deps: Pick<WorkDeps, 'store' | 'now'>,
  publish: (order: PublishOrder) => Promise<void>,
): Sender {
  return {
    send: (payload) => publish(orderIn(payload)),
    async giveUp(payload, why) {
      const task = await deps.store.tasks.get(orderIn(payload).taskId);
      if (task === undefined) return;
      await deps.store.transaction((tables) => endUnpublished(tables, task, why, deps.now()));
    },
  };
}

function orderIn(payload: Readonly<Record<string, unknown>>): PublishOrder {
  const { taskId, sessionId, tip, draft } = payload;
  if (typeof taskId !== 'string' || typeof sessionId !== 'string' || typeof tip !== 'string') {
    throw new TypeError('an outbox entry to publish without task, session or commit');
  }
  return { taskId, sessionId, tip, draft: draft === true };
}
