// From our own things to what the API answers. Pure.
import type { z } from 'zod';
import type { Run } from '../../domain/run.js';
import type { Session } from '../../domain/session.js';
import { showSubject, type SubjectRef } from '../../domain/refs.js';
import { waitsForOf } from '../../domain/task-line.js';
import type { Task } from '../../domain/task.js';
import type {
  About,
  ApiToken,
  DeliveryRow,
  Listed,
  ListedAbout,
  OrderRow,
  StoredEvent,
} from '../../store/api.js';
import { stateOf } from './caller.js';
import type { deliveryAnswer, orderAnswer, runAnswer, sessionAnswer, taskAnswer } from './schemas.js';
import type { eventAnswer, tokenAnswer } from './schemas-server.js';

export function showTask({ row: task }: Pick<ListedAbout<Task>, 'row'>): z.infer<typeof taskAnswer> {
  const waitsFor = waitsForOf(task);
  return {
    task: task.id,
    subject: showSubject(task.subject),
    session: task.sessionId,
    verb: task.verb,
    state: task.state,
    by: task.actor.login,
    message: task.message,
    options: { ...task.options },
    priority: task.priority,
    attempts: task.attempts,
    waitsFor,
    createdAt: task.createdAt,
    startedAt: task.startedAt,
    endedAt: task.endedAt,
    progress: task.progress && { ...task.progress, todos: [...task.progress.todos] },
    outcome: task.outcome,
  };
}

export function showRun({ row: run, about }: ListedAbout<Run>): z.infer<typeof runAnswer> {
  const { id, taskId, attempt, startedAt, endedAt, ended, evidence } = run;
  return {
    run: id,
    task: taskId,
    subject: showAbout(about),
    attempt,
    startedAt,
    endedAt,
    ended,
    evidence: evidence && { ...evidence, tools: [...evidence.tools] },
  };
}

export function showSession({
  row: session,
}: Pick<ListedAbout<Session>, 'row'>): z.infer<typeof sessionAnswer> {
  const { id, subject, state, agent, model, branch, baseBranch, headSha, pushedSha, pull, turns } = session;
  const { summary, reap, createdAt, usedAt } = session;
  return {
    session: id,
    subject: showSubject(subject),
    state,
    agent,
    model,
    branch,
    baseBranch,
    headSha,
    pushedSha,
    pull,
    turns,
    summary,
    leaving: reap !== undefined && state !== 'reaped',
    createdAt,
    usedAt,
  };
}

export function showDelivery({ row }: Listed<DeliveryRow>): z.infer<typeof deliveryAnswer> {
  const { seq, forge, id, event, receivedAt, attempts, outcome, why } = row;
  const result = outcome?.result;
  return { delivery: seq, forge, id, event, receivedAt, attempts, result, note: outcome?.note ?? why };
}

export function showOrder({ row, about }: ListedAbout<OrderRow>): z.infer<typeof orderAnswer> {
  const { id, ...order } = row;
  return { order: id, subject: showAbout(about), ...order };
}

export function showToken(token: ApiToken, now: number): z.infer<typeof tokenAnswer> {
  const { id, name, scope, repos, createdAt, createdBy, expiresAt, usedAt, revokedAt } = token;
  const state = stateOf(token, now);
  const times = { createdAt, createdBy, expiresAt, usedAt, revokedAt };
  return { id, name, scope, repos: repos && [...repos], state, ...times };
}

/** What is in `data` is what the triggers wrote: `version-3.ts` and the schema say the same, a test holds it. */
export function showEvent({ id, at, type, change, about, data }: StoredEvent): z.infer<typeof eventAnswer> {
  const subject = about === undefined ? {} : { subject: showAbout(about) };
  return { type, id, at, change, ...subject, ...data } as z.infer<typeof eventAnswer>;
}

export function subjectOf({ issueKey, repo }: About): SubjectRef {
  const tail = tailOf(issueKey);
  return tail.startsWith('-') ? { repo, name: tail.slice(1) } : { repo, number: Number(tail) };
}

export function showAbout({ issueKey, repo }: About): string {
  return `${repo.forge}:${repo.path}#${tailOf(issueKey)}`;
}

/** `14`, or `-name`. */
function tailOf(issueKey: string): string {
  return issueKey.slice(issueKey.indexOf('#') + 1);
}
