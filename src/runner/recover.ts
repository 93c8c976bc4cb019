// At start: ends what an earlier boot left running and puts its tasks back into the queue.
import { askForReport } from '../store/queueing.js';
import type { RunnerDeps } from './deps.js';
import { tmpDirOf } from './workspace.js';

/** Call before the scheduler claims anything. Returns how many tasks went back. */
export async function recoverRuns(deps: RunnerDeps): Promise<number> {
  for (const run of await deps.store.runs.open()) {
    const mark = run.pid === undefined ? undefined : { pid: run.pid, startTicks: run.startTicks };
    await deps.sandbox.sweep(run.id, mark);
    await deps.removeTmp(tmpDirOf(deps, run.id));
    await deps.store.runs.end(run.id, {
      now: deps.now(),
      ended: 'the server ended during this run',
      evidence: undefined,
    });
  }
  const tasks = await deps.store.tasks.recover(deps.bootId, deps.now());
  for (const task of tasks) {
    await deps.store.sessions.update(task.sessionId, { state: 'idle' });
    await askForReport(deps.store, task, deps.now());
    deps.log.warn('task.recovered', { task: task.id, attempts: task.attempts });
  }
  return tasks.length;
}
