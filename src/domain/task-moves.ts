// What a task may become: one table of what leads where. The store moves many rows in one statement, and reads its states here. Pure.
import type { TaskState } from './task.js';

interface Leads {
  readonly from: readonly TaskState[];
  readonly to: TaskState | readonly TaskState[];
}

export const TASK_MOVES = {
  /** Its issue has no head any more: the best of those that wait becomes it. */
  promoted: { from: ['waiting'], to: 'ready' },
  /** The time it waited for has come. */
  due: { from: ['delayed'], to: 'ready' },
  claimed: { from: ['ready'], to: 'running' },
  /** The attempt ended with an outcome. */
  finished: { from: ['running'], to: 'reporting' },
  /** The attempt came to nothing and there is another one. */
  putOff: { from: ['running'], to: 'delayed' },
  /** The server that ran it is gone. */
  reclaimed: { from: ['running'], to: 'ready' },
  /** Ended before it ran: stopped, merged into another, or out of attempts. */
  cancelled: { from: ['ready', 'waiting', 'delayed'], to: 'reporting' },
  /** Said at the forge: the state that belongs to its outcome (`endStateOf`). */
  settled: { from: ['reporting'], to: ['done', 'needs_input', 'failed', 'cancelled'] },
} as const satisfies Record<string, Leads>;
