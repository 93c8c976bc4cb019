// The report: the one comment per task that is kept up to date, rendered from the state as it is now.
import type { OrderOf } from '../domain/order.js';
import type { Session } from '../domain/session.js';
import type { Task } from '../domain/task.js';
import { renderReport } from '../words/report.js';
import type { WorkDeps } from '../work/deps.js';
import { ensureComment } from './ensure-comment.js';
import { forgeAt } from './forge-at.js';
import { placeOf, taskIn } from './task-in.js';

export async function sayReport(deps: WorkDeps, order: OrderOf<'report'>): Promise<void> {
  const { task, session } = await taskIn(deps, order);
  const body = await reportBody(deps, task, session);
  const mark = { kind: 'report', id: task.id, knownId: task.reportCommentId } as const;
  const id = await ensureComment(deps, forgeAt(deps, order), placeOf(task), mark, body);
  if (id !== task.reportCommentId) await deps.store.queue.setReportComment(task.id, id);
}

async function reportBody(deps: WorkDeps, task: Task, session: Session): Promise<string> {
  const ahead = await deps.store.queue.ofIssue(task.issueKey, ['ready', 'delayed', 'running', 'waiting']);
  const before = ahead.filter((other) => other.id !== task.id);
  return renderReport({
    task,
    session,
    place: await deps.store.queue.placeOf(task.id),
    waitsFor: before[0]?.id,
    answeredBy: task.outcome?.kind === 'needs_input' ? await answeredBy(deps, task) : undefined,
    now: deps.now(),
    sandbox: deps.sandbox.describe,
    foreign: deps.foreign,
  });
}

async function answeredBy({ store }: WorkDeps, task: Task): Promise<string | undefined> {
  const all = await store.queue.ofSession(task.sessionId);
  return all[all.findIndex(({ id }) => id === task.id) + 1]?.id;
}
