// The outbox entry that brings work to the forge: it only reads the order and tells what becomes of the task on giving up.
import { askForFinal, askForReport } from '../store/queueing.js';
import type { Sender } from './outbox.js';
import type { SenderDeps } from './senders.js';

export interface PublishOrder {
  readonly taskId: string;
  readonly sessionId: string;
  readonly tip: string;
  readonly draft: boolean;
}

export function publishSender(
  deps: Pick<SenderDeps, 'store' | 'now'>,
  publish: (order: PublishOrder) => Promise<void>,
): Sender {
  return {
    send: (payload) => publish(orderIn(payload)),
    async giveUp(payload, why) {
      const task = await deps.store.tasks.get(orderIn(payload).taskId);
      if (task === undefined) return;
      await deps.store.transaction(async (tables) => {
        await tables.tasks.changeOutcome(task.id, { kind: 'failed', cause: 'push', message: why });
        await askForReport(tables, task, deps.now());
        await askForFinal(tables, task, deps.now());
      });
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
