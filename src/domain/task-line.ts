// A task and a session as status, queue and the API tell them. Pure.
import { showSubject } from './refs.js';
import type { SessionLine, TaskLine, WaitsFor } from './result.js';
import type { Session } from './session.js';
import type { Task } from './task.js';

/** @param place from 1 over the whole queue; only of a queued task */
export function lineOf(task: Task, place: number | undefined): TaskLine {
  const { id, state, attempts, startedAt, progress } = task;
  const waitsFor = waitsForOf(task);
  return {
    task: id,
    subject: showSubject(task.subject),
    state,
    attempts,
    ...(place !== undefined && { place }),
    ...(waitsFor !== undefined && { waitsFor }),
    ...(startedAt !== undefined && { startedAt }),
    ...(progress !== undefined && {
      usage: {
        inputTokens: progress.inputTokens,
        outputTokens: progress.outputTokens,
        costUsd: progress.costUsd,
      },
    }),
  };
}

/** Undefined for a task that is not queued. */
export function waitsForOf({
  state,
  delay,
  runAt,
}: Pick<Task, 'state' | 'delay' | 'runAt'>): WaitsFor | undefined {
  switch (state) {
    case 'ready':
      return { kind: 'slot' };
    case 'waiting':
      return { kind: 'task' };
    case 'delayed':
      return delay === undefined
        ? { kind: 'attempt', until: runAt }
        : { kind: delay.kind, until: runAt, since: delay.since, why: delay.why };
    case 'running':
    case 'reporting':
    case 'needs_input':
    case 'done':
    case 'failed':
    case 'cancelled':
      return undefined;
  }
}

export function sessionLineOf({ id, state, agent, turns, reap, branch, pull }: Session): SessionLine {
  return {
    session: id,
    state,
    agent,
    turns,
    leaving: reap !== undefined,
    ...(branch !== undefined && { branch }),
    ...(pull !== undefined && { pull }),
  };
}
