// The limits of the config as the work needs them: in milliseconds and bytes, as they are now.
import type { WorkDeps } from './deps.js';

export interface RunLimits {
  readonly agents: number;
  readonly perRepo: number;
  readonly attempts: number;
  readonly taskTimeoutMs: number;
  readonly idleTimeoutMs: number;
  /** Free memory below which nothing is claimed. */
  readonly memoryPerAgentBytes: number;
}

const HOUR_MS = 3_600_000;
/** The longest a timer of Node can wait. */
const MOST_TIMER_MS = 2 ** 31 - 1;

export function limitsOf(deps: Pick<WorkDeps, 'config'>): RunLimits {
  const { agents, perRepo, attempts, taskTimeoutHours, idleTimeoutMinutes, memoryPerAgentMb } =
    deps.config().limits;
  return {
    agents,
    perRepo,
    attempts,
    taskTimeoutMs: Math.min(taskTimeoutHours * HOUR_MS, MOST_TIMER_MS),
    idleTimeoutMs: Math.min(idleTimeoutMinutes * 60_000, MOST_TIMER_MS),
    memoryPerAgentBytes: memoryPerAgentMb * 1024 * 1024,
  };
}
