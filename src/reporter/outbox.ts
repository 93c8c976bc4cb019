// The outbox loop: says at the forge what was decided, in order per issue, again and again until it is confirmed.
import pLimit from 'p-limit';
import { judgeFault, PATIENCE_MS, type Fault } from '../forges/passing.js';
import type { OutboxEntry, OutboxKind, Store } from '../store/store.js';
import { describeError } from '../support/errors.js';
import { groupBy } from '../support/group-by.js';
import type { Log } from '../support/log.js';

export interface OutboxDeps {
  readonly store: Store;
  readonly now: () => number;
  readonly log: Log;
  readonly senders: Readonly<Record<OutboxKind, Sender>>;
}

export interface Sender {
  /** Does it; safe to repeat. A passing fault is thrown as `ForgeError` or `GitError`. */
  send(payload: OutboxEntry['payload']): Promise<void>;
  /** What becomes of a task whose word cannot be brought to the forge at all. */
  giveUp(payload: OutboxEntry['payload'], why: string): Promise<void>;
}

const BATCH = 32;
const AT_ONCE = 4;
const MOST_WAIT_MS = 5 * 60_000;

export function createOutbox(deps: OutboxDeps): { step: () => Promise<boolean> } {
  const limit = pLimit(AT_ONCE);
  return {
    async step() {
      const due = await deps.store.outbox.due(deps.now(), BATCH);
      const lanes = groupBy(due, (entry) => entry.issueKey);
      await Promise.all([...lanes.values()].map((lane) => limit(() => sendLane(deps, lane))));
      return due.length > 0;
    },
  };
}

async function sendLane(deps: OutboxDeps, lane: readonly OutboxEntry[]): Promise<void> {
  for (const entry of lane) {
    if (!(await sendOne(deps, entry))) return;
  }
}

async function sendOne(deps: OutboxDeps, entry: OutboxEntry): Promise<boolean> {
  const sender = deps.senders[entry.kind];
  try {
    await sender.send(entry.payload);
    await deps.store.outbox.sent(entry.id, entry.version, deps.now());
    return true;
  } catch (error) {
    const why = describeError(error);
    const about = { entry: entry.id, kind: entry.kind, issue: entry.issueKey, why };
    const fault = judgeFault(error);
    if (isWorthAnotherTry(fault) && deps.now() - entry.createdAt < PATIENCE_MS) {
      const waitMs = waitOf(fault, entry.attempts);
      await deps.store.outbox.retry(entry.id, deps.now() + waitMs, why);
      deps.log.warn('outbox.retry', { ...about, waitMs });
      return false;
    }
    await sender.giveUp(entry.payload, why);
    await deps.store.outbox.dead(entry.id, why, deps.now());
    deps.log.error('outbox.given_up', about);
    return true;
  }
}

function isWorthAnotherTry(fault: Fault): boolean {
  return fault.kind === 'passing' || fault.kind === 'unforeseen';
}

function waitOf(fault: Fault, attempts: number): number {
  const wanted = fault.kind === 'passing' ? fault.retryAfterMs : undefined;
  return wanted ?? Math.min(1_000 * 2 ** attempts, MOST_WAIT_MS);
}
