// Running tasks that nobody works on: of an earlier boot, or lost by a fault of ours. They go on or end by the one rule.
import { aboutTask } from '../domain/about.js';
import type { Task, TaskOutcome } from '../domain/task.js';
import type { Run } from '../domain/run.js';
import { freed } from '../domain/session-moves.js';
import { askForFinal, askForReport } from './queueing.js';
import type { Tables } from '../store/store.js';
import { afterCrash } from './again.js';
import { describeError } from '../support/errors.js';
import type { WorkDeps } from './deps.js';
import { limitsOf } from './limits.js';
import { tmpDirOf } from './workspace.js';

/** At start, before the scheduler claims anything: ends what an earlier boot left running. Returns how many tasks there were. */
export async function recoverRuns(deps: WorkDeps): Promise<number> {
  const how = 'the server ended during this run';
  for (const run of await deps.store.records.runs.open(deps.worker)) await endOpenRun(deps, run, how);
  return await deps.store.transaction(async (tables) => {
    const now = deps.now();
    const most = limitsOf(deps).attempts;
    const tasks = await tables.queue.reclaim(deps, now);
    for (const task of tasks) {
      deps.log.warn('task.recovered', { ...aboutTask(task), attempts: task.attempts, most });
      await freeSession(tables, task);
      // They may be claimed at once: what ended the server is no reason to wait, unless it was this task every time.
      if (task.attempts >= most) {
        const outcome = crashed(`The server ended during attempt ${task.attempts} of ${most}.`);
        await tables.queue.cancel(task.issueKey, outcome, now, { ids: [task.id] });
        await askForFinal(tables, task, now);
      }
      await askForReport(tables, task, now);
    }
    return tasks.length;
  });
}

/** Between two looks for tasks that are stored as running and have no run here. */
const LOOK_EVERY_MS = 5_000;

/**
 * Always, not only at start: a store that refused to take the end of a run leaves a task that nobody works on. What cannot
 * be put back now is found again at the next look. True when a task was put back.
 */
export function createLostFinder(deps: WorkDeps, isHere: (task: Task) => boolean): () => Promise<boolean> {
  let lookAt = 0;
  return async () => {
    const now = deps.now();
    if (now < lookAt) return false;
    lookAt = now + LOOK_EVERY_MS;
    const running = await deps.store.queue.runningOn(deps.worker);
    let did = false;
    for (const task of running.filter((one) => !isHere(one)))
      did = (await tryPutBack(deps, task, 'its run was lost (see `run.fault` in the log)')) || did;
    return did;
  };
}

/** A run ended by an error of ours: where the store takes it, its task is put back at once. */
export async function onFault(deps: WorkDeps, task: Task, error: unknown): Promise<void> {
  const why = describeError(error);
  deps.log.error('run.fault', { ...aboutTask(task), why, error });
  await tryPutBack(deps, task, why);
}

async function tryPutBack(deps: WorkDeps, task: Task, why: string): Promise<boolean> {
  try {
    await putBack(deps, task, why);
    return true;
  } catch (error) {
    deps.log.error('run.not_put_back', { ...aboutTask(task), why: describeError(error) });
    return false;
  }
}

/** A fault of ours (the database, the disk) ended the run, and that counts as an attempt. */
async function putBack(deps: WorkDeps, task: Task, why: string): Promise<void> {
  const runs = await deps.store.records.runs.ofTask(task.id);
  for (const run of runs.filter((one) => one.endedAt === undefined)) await endOpenRun(deps, run, why);
  const mine = await deps.store.transaction(async (tables) => {
    const now = deps.now();
    const outcome = crashed(`A fault of the server ended this attempt: ${why}`);
    const end = afterCrash(task, { most: limitsOf(deps).attempts, now, outcome });
    if (!(await tables.queue.finish(task.id, task.fence, { ...end, now }))) return false;
    await freeSession(tables, task);
    if ('outcome' in end) await askForFinal(tables, task, now);
    await askForReport(tables, task, now);
    return true;
  });
  if (mine) deps.log.warn('run.put_back', { ...aboutTask(task), attempt: task.attempts, why });
  deps.wake();
}

function crashed(message: string): Extract<TaskOutcome, { kind: 'failed' }> {
  return { kind: 'failed', cause: 'server', message };
}

async function freeSession(tables: Tables, { sessionId }: Task): Promise<void> {
  if ((await tables.records.sessions.get(sessionId)) !== undefined)
    await tables.records.sessions.move(sessionId, (session) => freed(session));
}

async function endOpenRun(deps: WorkDeps, run: Run, ended: string): Promise<void> {
  const mark = run.pid === undefined ? undefined : { pid: run.pid, startTicks: run.startTicks };
  await deps.sandbox.sweep(run.id, mark);
  await deps.removeTmp(tmpDirOf(deps, run.id));
  await deps.store.records.runs.end(run.id, { now: deps.now(), ended, evidence: undefined });
}
