// Claims queued tasks under the caps and starts their runs: p-limit for the slots, the database for the truth.
import pLimit from 'p-limit';
import type { Task } from '../domain/task.js';
import { describeError } from '../support/errors.js';
import type { RunnerDeps } from './deps.js';
import { runTask } from './run-task.js';

/** Why a run is ended from outside. */
export type AbortReason = { readonly kind: 'stopped'; readonly by: string } | { readonly kind: 'shutdown' };

export interface Scheduler {
  /** One step: true when a task was claimed or one became due. */
  step(): Promise<boolean>;
  /** Ends the run of this task if it is here; its outcome is already stored. */
  abort(taskId: string, by: string): void;
  /** Resolves when this session has no run any more. */
  sessionFree(sessionId: string): Promise<void>;
  readonly active: number;
  /** Resolves when one of the active runs has ended (at once when none is active). */
  oneEnded(): Promise<void>;
  /** Claims nothing more, ends all runs; their tasks go back to the queue without a burnt attempt. */
  stop(): Promise<void>;
}

interface ActiveRun {
  readonly task: Task;
  readonly controller: AbortController;
  readonly ended: Promise<void>;
}

/** `onEnded`: a slot is free. */
export function createScheduler(deps: RunnerDeps, onEnded: () => void): Scheduler {
  const active = new Map<string, ActiveRun>();
  const slots = pLimit(1);
  let stopping = false;
  let complained = false;

  async function step(): Promise<boolean> {
    const promoted = await deps.store.tasks.promoteDue(deps.now());
    const limits = deps.limits();
    if (stopping || active.size >= limits.agents) return promoted > 0;
    if (deps.freeMemoryBytes() < limits.memoryPerAgentBytes) {
      if (!complained) deps.log.warn('scheduler.waits_for_memory', { freeBytes: deps.freeMemoryBytes() });
      complained = true;
      return promoted > 0;
    }
    complained = false;
    const exceptRepos = fullRepos([...active.values()], limits.perRepo);
    const task = await deps.store.tasks.claim({ bootId: deps.bootId, now: deps.now(), exceptRepos });
    if (task === undefined) return promoted > 0;
    begin(task, limits.agents);
    return true;
  }

  function begin(task: Task, cap: number): void {
    // Lowering the cap in a new config lets the runs that are there come to their end.
    slots.concurrency = Math.max(cap, 1);
    const controller = new AbortController();
    const before = sessionFree(task.sessionId);
    const key = `${task.id}:${task.fence}`;
    const ended = slots(async () => {
      await before;
      await runTask(deps, task, controller.signal);
    })
      .catch((error: unknown) =>
        deps.log.error('run.fault', { task: task.id, why: describeError(error), error }),
      )
      .finally(() => {
        active.delete(key);
        onEnded();
      });
    active.set(key, { task, controller, ended });
  }

  async function sessionFree(sessionId: string): Promise<void> {
    const runs = [...active.values()].filter((run) => run.task.sessionId === sessionId);
    await Promise.all(runs.map((run) => run.ended));
  }

  function abort(taskId: string, by: string): void {
    for (const run of active.values()) {
      if (run.task.id === taskId) run.controller.abort({ kind: 'stopped', by } satisfies AbortReason);
    }
  }

  return {
    step,
    abort,
    sessionFree,
    get active() {
      return active.size;
    },
    oneEnded: () =>
      Promise.race(
        [...active.values()].map((run) => run.ended).concat(active.size === 0 ? [Promise.resolve()] : []),
      ),
    async stop() {
      stopping = true;
      for (const run of active.values()) run.controller.abort({ kind: 'shutdown' } satisfies AbortReason);
      await Promise.all([...active.values()].map((run) => run.ended));
    },
  };
}

function fullRepos(runs: readonly ActiveRun[], perRepo: number): string[] {
  const counts = new Map<string, number>();
  for (const { task } of runs) {
    const repo = `${task.subject.repo.forge}:${task.subject.repo.id}`;
    counts.set(repo, (counts.get(repo) ?? 0) + 1);
  }
  return [...counts].filter(([, count]) => count >= perRepo).map(([repo]) => repo);
}
