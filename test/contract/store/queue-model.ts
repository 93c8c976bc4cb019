// The queue in a few lines of plain memory: what the store has to agree with after any sequence of calls.
import type { Task, TaskState } from '../../../src/domain/task.js';

export interface ModelTask {
  readonly id: string;
  readonly issue: number;
  readonly priority: number;
  state: TaskState;
  attempts: number;
  fence: number;
  runAt: number;
}

export class QueueModel {
  readonly tasks: ModelTask[] = [];

  add(task: Task, issue: number): void {
    const state = this.head(issue) === undefined ? 'ready' : 'waiting';
    const { id, priority, runAt } = task;
    this.tasks.push({ id, issue, priority, state, attempts: 0, fence: 0, runAt });
  }

  in(...states: TaskState[]): ModelTask[] {
    return this.tasks.filter((task) => states.includes(task.state));
  }

  head(issue: number): ModelTask | undefined {
    return this.in('ready', 'delayed', 'running').find((task) => task.issue === issue);
  }

  /** Issues with an even number are of the repository that is excepted. */
  claim(exceptEven: boolean): ModelTask | undefined {
    const best = byPriority(this.in('ready')).find((task) => !exceptEven || task.issue % 2 === 1);
    if (best !== undefined)
      Object.assign(best, { state: 'running', attempts: best.attempts + 1, fence: best.fence + 1 });
    return best;
  }

  finish(task: ModelTask): void {
    task.state = 'reporting';
    this.promote(task.issue);
  }

  retry(task: ModelTask, runAt: number, countAttempt: boolean): void {
    Object.assign(task, { state: 'delayed', runAt, attempts: task.attempts - (countAttempt ? 0 : 1) });
  }

  endQueued(issue: number, onlyEverySecond: boolean): ModelTask[] {
    const queued = this.in('ready', 'waiting', 'delayed').filter((task) => task.issue === issue);
    const ended = queued.filter((_, n) => !onlyEverySecond || n % 2 === 0);
    for (const task of ended) task.state = 'reporting';
    this.promote(issue);
    return ended;
  }

  promoteDue(now: number): number {
    const due = this.in('delayed').filter((task) => task.runAt <= now);
    for (const task of due) task.state = 'ready';
    return due.length;
  }

  recover(now: number): ModelTask[] {
    const running = this.in('running');
    for (const task of running) Object.assign(task, { state: 'ready', runAt: now });
    return running;
  }

  private promote(issue: number): void {
    if (this.head(issue) !== undefined) return;
    const next = byPriority(this.in('waiting').filter((task) => task.issue === issue))[0];
    if (next !== undefined) next.state = 'ready';
  }
}

/** Stable: of the same priority the older one first. */
export function byPriority(tasks: readonly ModelTask[]): ModelTask[] {
  return [...tasks].sort((a, b) => b.priority - a.priority);
}
