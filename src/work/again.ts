// The one rule for an attempt that came to nothing: what it costs, when it is tried again, and when that ends.
import { PATIENCE_MS } from '../forges/passing.js';
import type { FailureCause, Task, TaskOutcome } from '../domain/task.js';
import type { AttemptEnd } from '../store/queue.js';

const FIRST_WAIT_MS = 10_000;
const MOST_WAIT_MS = 5 * 60_000;

/**
 * A crash, be it of the agent, of the server or a fault of ours, counts: after `most` attempts the task ends with this outcome.
 * @param most `limits.attempts`
 */
export function afterCrash(
  task: Task,
  on: { most: number; now: number; outcome: Extract<TaskOutcome, { kind: 'failed' }> },
): AttemptEnd {
  const { most, now, outcome } = on;
  if (task.attempts >= most) return { outcome };
  return {
    retryAt: now + Math.min(FIRST_WAIT_MS * 3 ** (task.attempts - 1), MOST_WAIT_MS),
    countAttempt: true,
    delay: { kind: 'attempt', since: now, why: outcome.message },
  };
}

/** Waiting for a forge burns no attempt, is backed off by how long it lasts already, and ends after days. */
export function whileForgeIsAway(
  task: Task,
  on: { now: number; cause: FailureCause; why: string; retryAfterMs: number | undefined },
): AttemptEnd {
  const { now, cause, why, retryAfterMs } = on;
  const since = task.delay?.kind === 'forge' ? task.delay.since : now;
  const waitedMs = now - since;
  if (waitedMs >= PATIENCE_MS) {
    const days = Math.round(waitedMs / 86_400_000);
    return { outcome: { kind: 'failed', cause, message: `Waited for the forge for ${days} days: ${why}` } };
  }
  const backedOffMs = Math.min(Math.max(waitedMs, FIRST_WAIT_MS), MOST_WAIT_MS);
  const waitMs = Math.max(backedOffMs, retryAfterMs ?? 0);
  return { retryAt: now + waitMs, countAttempt: false, delay: { kind: 'forge', since, why } };
}
