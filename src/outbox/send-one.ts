// One order that is due: carried out, tried again later, or given up with its reason.
import { aboutSubject, aboutTask } from '../domain/about.js';
import { forgeNameOf, type Order } from '../domain/order.js';
import { repoIdIn } from '../domain/refs.js';
import { isGivenUp, judgeFault, waitMsAfter, type Fault } from '../forges/passing.js';
import type { Pauses } from '../forges/pauses.js';
import type { OrderEntry } from '../store/orders.js';
import { describeError } from '../support/errors.js';
import type { WorkDeps } from '../work/deps.js';
import { carryOut, giveUp } from './carry-out.js';

export interface OutboxDeps extends WorkDeps {
  readonly pauses: Pauses;
  /** Something ended: there may be more to say. */
  readonly wakeOutbox: () => void;
}

const FIRST_WAIT_MS = 1_000;
/** Some minutes: a 👀 that comes later tells nobody anything. */
const MOST_REACTION_TRIES = 8;

export async function sendOne(deps: OutboxDeps, entry: OrderEntry): Promise<void> {
  const { id, order } = entry;
  if (order.kind === 'unreadable') {
    const { issueKey: issue, destination, was: kind, why } = order;
    await deps.store.orders.dead(id, why, deps.now());
    deps.log.error('outbox.given_up', { entry: id, kind, issue, destination, why });
    return;
  }
  const forge = forgeNameOf(order.destination);
  try {
    await carryOut(deps, order);
    deps.pauses.answered(forge);
    await deps.store.orders.sent(id, entry.version, deps.now());
  } catch (error) {
    deps.pauses.note({ forge, id: repoIdIn(order.issueKey) }, error);
    await againOrGiveUp(deps, entry, order, error);
  }
}

async function againOrGiveUp(
  deps: OutboxDeps,
  entry: OrderEntry,
  order: Order,
  error: unknown,
): Promise<void> {
  const why = describeError(error);
  const about = { entry: entry.id, kind: order.kind, ...(await aboutOrder(deps, order)), why };
  const fault = judgeFault(error);
  if (isWorthAnotherTry(deps, entry, fault)) {
    const waitMs = waitOf(fault, entry.attempts);
    await deps.store.orders.retry(entry.id, deps.now() + waitMs, why);
    deps.log.warn('outbox.retry', { ...about, waitMs });
    return;
  }
  await giveUp(deps, order, why);
  await deps.store.orders.dead(entry.id, why, deps.now());
  deps.log.error('outbox.given_up', about);
}

/** The issue as people write it; an order knows its task, or the issue or pull request where it speaks. */
async function aboutOrder({ store }: OutboxDeps, order: Order): Promise<Record<string, unknown>> {
  const task = 'taskId' in order ? await taskOf(store, order.taskId) : undefined;
  if (task !== undefined) return { ...aboutTask(task) };
  if ('subject' in order) return { ...aboutSubject(order.subject) };
  return { forge: forgeNameOf(order.destination), issue: order.issueKey };
}

async function taskOf({ queue }: WorkDeps['store'], id: string | undefined) {
  return id === undefined ? undefined : await queue.get(id);
}

function isWorthAnotherTry(deps: OutboxDeps, entry: OrderEntry, fault: Fault): boolean {
  if (fault.kind !== 'passing' && fault.kind !== 'unforeseen') return false;
  if (entry.order.kind === 'reaction' && entry.attempts + 1 >= MOST_REACTION_TRIES) return false;
  return !isGivenUp({ sinceMs: entry.createdAt, nowMs: deps.now(), failed: entry.attempts });
}

function waitOf(fault: Fault, attempts: number): number {
  const retryAfterMs = fault.kind === 'passing' ? fault.retryAfterMs : undefined;
  return waitMsAfter(attempts, { firstMs: FIRST_WAIT_MS, retryAfterMs });
}
