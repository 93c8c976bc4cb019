// The room's own composition: one sender for each kind of order, and the loop.
import type { Pauses } from '../forges/pauses.js';
import type { WorkDeps } from '../work/deps.js';
import { publish } from '../work/publish.js';
import { createOutbox as createLoop, type Outbox } from './loop.js';
import { publishSender } from './publish-sender.js';
import { finalSender, reactionSender, replySender, reportSender } from './senders.js';

/** @param wake of this loop alone: something ended, there may be more to say */
export function createOutbox(deps: WorkDeps, on: { pauses: Pauses; wake: () => void }): Outbox {
  const { store, now, log } = deps;
  const senders = {
    reaction: reactionSender(deps),
    report: reportSender(deps),
    final: finalSender(deps),
    reply: replySender(deps),
    publish: publishSender(deps, (order) => publish(deps, order)),
  };
  return createLoop({ store, now, log, senders, ...on });
}
