// Claims queued tasks under the caps and starts their runs: p-limit for the slots, the database for the truth.
import pLimit from 'p-limit';
import type { Task } from '../domain/task.js';
import { orAborted, SHUTDOWN, type AbortReason } from './abort.js';
import type { WorkDeps } from './deps.js';
import { limitsOf, type RunLimits } from './limits.js';
import { createLostFinder, onFault } from './recover.js';
import { runTask } from './run-task.js';

export interface Scheduler {
  /** One step: true when a task was claimed or one became due. */
  step(): Promise<boolean>;
  /** Ends the run of this task if it is here; its outcome is already stored. */
  abort(taskId: string, by: string): void;
  /** Resolves when this session has no run any more. */
  sessionFree(sessionId: string): Promise<void>;
  /** Does this while the session has no run: waits for those that are there, and one that is claimed meanwhile waits for it. */
  whileFree<T>(sessionId: string, work: () => Promise<T>): Promise<T>;
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
export function createScheduler(deps: WorkDeps, onEnded: () => void): Scheduler {
  const active = new Map<string, ActiveRun>();
  const slots = pLimit(1);
  let stopping = false;
  const hasMemory = memoryGate(deps);
  const putBackLost = createLostFinder(deps, (task) => active.has(keyOf(task)));

  async function step(): Promise<boolean> {
    const found = await putBackLost();
    const promoted = (await deps.store.queue.promoteDue(deps.now())) > 0 || found;
    const limits = limitsOf(deps);
    if (stopping || active.size >= limits.agents || !hasMemory(limits)) return promoted;
    const exceptRepos = fullRepos([...active.values()], limits.perRepo);
    const task = await deps.store.queue.claim({ ...claimer(deps), exceptRepos });
    if (task !== undefined) begin(task, limits.agents);
    return task !== undefined || promoted;
  }

  const holds = createHolds(active);
  function begin(task: Task, cap: number): void {
    // Lowering the cap in a new config lets the runs that are there come to their end.
    slots.concurrency = Math.max(cap, 1);
    const controller = new AbortController();
    // Claimed while the server was told to stop.
    if (stopping) controller.abort(SHUTDOWN);
    const before = holds.sessionFree(task.sessionId);
    const key = keyOf(task);
    const ended = slots(async () => {
      await before;
      await holds.untilNotHeld(task.sessionId, controller.signal);
      await runTask(deps, task, controller.signal);
    })
      .catch((error: unknown) => onFault(deps, task, error))
      .finally(() => {
        active.delete(key);
        onEnded();
      });
    active.set(key, { task, controller, ended });
  }

  return {
    step,
    abort(taskId, by) {
      abortAll(
        [...active.values()].filter((run) => run.task.id === taskId),
        { kind: 'stopped', by },
      );
    },
    sessionFree: holds.sessionFree,
    whileFree: holds.whileFree,
    get active() {
      return active.size;
    },
    oneEnded: () => oneEnded([...active.values()]),
    async stop() {
      stopping = true;
      await endAll([...active.values()]);
    },
  };
}

/** Sessions whose things are being removed: neither begins while the other is there. */
function createHolds(active: ReadonlyMap<string, ActiveRun>) {
  const runsOf = (sessionId: string) =>
    [...active.values()].filter((run) => run.task.sessionId === sessionId);
  const held = new Map<string, Promise<unknown>>();
  const sessionFree = (sessionId: string) => allEnded(runsOf(sessionId));

  async function whileFree<T>(sessionId: string, work: () => Promise<T>): Promise<T> {
    while (runsOf(sessionId).length > 0) await sessionFree(sessionId);
    const working = work();
    held.set(sessionId, working);
    try {
      return await working;
    } finally {
      held.delete(sessionId);
    }
  }

  /** An aborted run does not wait: it only stores its end. */
  async function untilNotHeld(sessionId: string, signal: AbortSignal): Promise<void> {
    const working = held.get(sessionId);
    if (working !== undefined && !signal.aborted) await orAborted(signal, working).catch(() => undefined);
  }

  return { sessionFree, whileFree, untilNotHeld };
}

function claimer({ worker, bootId, now }: WorkDeps) {
  return { worker, bootId, now: now() };
}

function keyOf(task: Task): string {
  return `${task.id}:${task.fence}`;
}

function abortAll(runs: readonly ActiveRun[], reason: AbortReason): void {
  for (const { controller } of runs) controller.abort(reason);
}

async function endAll(runs: readonly ActiveRun[]): Promise<void> {
  abortAll(runs, SHUTDOWN);
  await allEnded(runs);
}

async function oneEnded(runs: readonly ActiveRun[]): Promise<void> {
  if (runs.length > 0) await Promise.race(runs.map((run) => run.ended));
}

async function allEnded(runs: readonly ActiveRun[]): Promise<void> {
  await Promise.all(runs.map((run) => run.ended));
}

/** Says once that it waits, not at every look. */
function memoryGate(deps: WorkDeps): (limits: RunLimits) => boolean {
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
