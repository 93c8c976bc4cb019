// Claims queued tasks under the caps and starts their runs: p-limit for the slots, the database for the truth.
import pLimit from 'p-limit';
import type { Task } from '../domain/task.js';
import { describeError } from '../support/errors.js';
import type { AbortReason } from './abort.js';
import type { RunLimits, RunnerDeps } from './deps.js';
import { runTask } from './run-task.js';

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

const AFTER_FAULT_MS = 60_000;

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
  const hasMemory = memoryGate(deps);

  async function step(): Promise<boolean> {
    const promoted = (await deps.store.tasks.promoteDue(deps.now())) > 0;
    const limits = deps.limits();
    if (stopping || active.size >= limits.agents || !hasMemory(limits)) return promoted;
    const exceptRepos = fullRepos([...active.values()], limits.perRepo);
    const task = await deps.store.tasks.claim({ bootId: deps.bootId, now: deps.now(), exceptRepos });
    if (task === undefined) return promoted;
    begin(task, limits.agents);
    return true;
  }

  const sessionFree = (sessionId: string) =>
    allEnded([...active.values()].filter((run) => run.task.sessionId === sessionId));

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
      .catch((error: unknown) => putBack(deps, task, error))
      .finally(() => {
        active.delete(key);
        onEnded();
      });
    active.set(key, { task, controller, ended });
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
      active.size === 0 ? Promise.resolve() : Promise.race([...active.values()].map((run) => run.ended)),
    async stop() {
      stopping = true;
      for (const run of active.values()) run.controller.abort({ kind: 'shutdown' } satisfies AbortReason);
      await allEnded([...active.values()]);
    },
  };
}

async function allEnded(runs: readonly ActiveRun[]): Promise<void> {
  await Promise.all(runs.map((run) => run.ended));
}

/** A fault of ours (the database, the disk) must not leave a task that nobody works on: it is tried again. */
async function putBack(deps: RunnerDeps, task: Task, error: unknown): Promise<void> {
  deps.log.error('run.fault', { task: task.id, why: describeError(error), error });
  const now = deps.now();
  await deps.store.tasks
    .endRun(task.id, task.fence, { retryAt: now + AFTER_FAULT_MS, countAttempt: false, now })
    .catch((again: unknown) =>
      deps.log.error('run.not_put_back', { task: task.id, why: describeError(again) }),
    );
}

/** Says once that it waits, not at every look. */
function memoryGate(deps: RunnerDeps): (limits: RunLimits) => boolean {
  let complained = false;
  return ({ memoryPerAgentBytes }) => {
    const freeBytes = deps.freeMemoryBytes();
    const enough = freeBytes >= memoryPerAgentBytes;
    if (!enough && !complained)
      deps.log.warn('scheduler.waits_for_memory', { freeBytes, memoryPerAgentBytes });
    complained = !enough;
    return enough;
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
