// Why a task waits for its next attempt, and how that is said. Pure.
import { duration } from '../text/amounts.js';
import { codeSpan } from '../text/fence.js';
import { singleLine } from '../text/lines.js';
import type { Task } from './task.js';

/**
 * `attempt`: one came to nothing and counts. `forge`: the forge cannot be asked, or does not let us; that burns no attempt.
 * `since` is in milliseconds since the epoch; `why` may hold text of the agent or of the forge.
 */
export interface Delay {
  readonly kind: 'attempt' | 'forge';
  readonly since: number;
  readonly why: string;
}

const MOST_WHY_CHARS = 240;

/** For a `delayed` task, as Markdown in one line: what it waits for, when it goes on, and why. */
export function explainDelay(task: Pick<Task, 'delay' | 'attempts' | 'runAt'>, now: number): string {
  const { delay, attempts, runAt } = task;
  const again = `again in ${duration(runAt - now)}`;
  if (delay === undefined) return again;
  const why = codeSpan(singleLine(delay.why, MOST_WHY_CHARS));
  switch (delay.kind) {
    case 'attempt':
      return `attempt ${attempts} ended early, ${again}: ${why}`;
    case 'forge':
      return `waits for the forge since ${new Date(delay.since).toISOString()}, ${again}: ${why}`;
  }
}
