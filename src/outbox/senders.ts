// One sender per kind of outbox entry: what each says at the forge, rendered from the state as it is now.
import { aboutTask } from '../domain/about.js';
import type { SubjectRef } from '../domain/refs.js';
import type { Task } from '../domain/task.js';
import type { Session } from '../domain/session.js';
import { ForgeError, type Forge, type Reaction } from '../forges/forge.js';
import type { OutboxEntry } from '../store/store.js';
import { askForReport } from '../work/queueing.js';
import { sha256 } from '../support/hash.js';
import type { WorkDeps } from '../work/deps.js';
import { ensureComment } from './ensure-comment.js';
import type { Sender } from './loop.js';
import { isSubject } from './payload.js';
import { renderFinal } from '../words/final.js';
import { renderReply } from '../words/reply.js';
import { renderReport } from '../words/report.js';

type Payload = OutboxEntry['payload'];

export function reactionSender(deps: WorkDeps): Sender {
  return {
    async send(payload) {
      const subject = subjectIn(payload);
      const { commentId, reaction } = payload;
      const of = typeof commentId === 'string' ? commentId : undefined;
      try {
        await forgeFor(deps, subject).addReaction(subject, of, reactionIn(reaction));
      } catch (error) {
        // The comment is gone by now, or the forge has no reactions there: nothing is lost.
        if (!(error instanceof ForgeError) || error.code !== 'not_found') throw error;
      }
    },
    giveUp: () => Promise.resolve(),
  };
}

export function replySender(deps: WorkDeps): Sender {
  return {
    async send(payload) {
      const subject = subjectIn(payload);
      const { key, body, answers } = payload;
      if (typeof key !== 'string' || typeof body !== 'string')
        throw new TypeError('a reply without key or body');
      await ensureComment(
        deps,
        forgeFor(deps, subject),
        subject,
        { kind: 'reply', id: sha256(key).slice(0, 24) },
        renderReply({ body, answers: typeof answers === 'string' ? answers : '', foreign: deps.foreign }),
      );
    },
    giveUp: () => Promise.resolve(),
  };
}

export function reportSender(deps: WorkDeps): Sender {
  return {
    async send(payload) {
      const { task, session } = await taskIn(deps, payload);
      const body = await reportBody(deps, task, session);
      const forge = forgeFor(deps, task.subject);
      const mark = { kind: 'report', id: task.id, knownId: task.reportCommentId } as const;
      const id = await ensureComment(deps, forge, task.subject, mark, body);
      if (id !== task.reportCommentId) await deps.store.tasks.setReportComment(task.id, id);
    },
    giveUp: () => Promise.resolve(),
  };
}

async function reportBody(deps: WorkDeps, task: Task, session: Session): Promise<string> {
  const ahead = await deps.store.tasks.ofIssue(task.issueKey, ['ready', 'delayed', 'running', 'waiting']);
  const before = ahead.filter((other) => other.id !== task.id);
  return renderReport({
    task,
    session,
    place: await deps.store.tasks.placeOf(task.id),
    waitsFor: before[0]?.id,
    answeredBy: task.outcome?.kind === 'needs_input' ? await answeredBy(deps, task) : undefined,
    now: deps.now(),
    sandbox: deps.sandbox.describe,
    foreign: deps.foreign,
  });
}

async function answeredBy({ store }: WorkDeps, task: Task): Promise<string | undefined> {
  const all = await store.tasks.ofSession(task.sessionId);
  return all[all.findIndex(({ id }) => id === task.id) + 1]?.id;
}

/** The final comment ends the task: only when the forge has it, the task leaves `reporting`. */
export function finalSender(deps: WorkDeps): Sender {
  return {
    async send(payload) {
      const { task, session } = await taskIn(deps, payload);
      const runs = await deps.store.runs.ofTask(task.id);
      const also = await alsoIn(deps, payload);
      const body = renderFinal({
        task,
        also,
        session,
        runs,
        word: deps.config().trigger.word,
        foreign: deps.foreign,
      });
      await ensureComment(
        deps,
        forgeFor(deps, task.subject),
        task.subject,
        { kind: 'final', id: task.id },
        body,
      );
      for (const ended of [task, ...also]) await settle(deps, ended);
    },
    async giveUp(payload, why) {
      const { task } = await taskIn(deps, payload);
      deps.log.error('task.unreported', { ...aboutTask(task), why });
      for (const ended of [task, ...(await alsoIn(deps, payload))]) await settle(deps, ended);
    },
  };
}

async function settle(deps: WorkDeps, task: Task): Promise<void> {
  const now = deps.now();
  const good = task.outcome?.kind === 'done';
  await deps.store.transaction(async (tables) => {
    await tables.tasks.settle(task.id, now);
    await askForReport(tables, task, now);
    if (task.commentId === undefined || task.outcome?.kind === 'needs_input') return;
    const reaction: Reaction = good ? 'rocket' : 'confused';
    await tables.outbox.add({
      issueKey: task.issueKey,
      kind: 'reaction',
      payload: { subject: task.subject, commentId: task.commentId, reaction },
      uniqueKey: `reaction:${task.subject.repo.forge}:${task.commentId}:${reaction}:${task.id}`,
      again: false,
      runAt: now,
      now,
    });
  });
}

async function taskIn(deps: WorkDeps, payload: Payload): Promise<{ task: Task; session: Session }> {
  const { taskId } = payload;
  const task = typeof taskId === 'string' ? await deps.store.tasks.get(taskId) : undefined;
  const session = task === undefined ? undefined : await deps.store.sessions.get(task.sessionId);
  if (task === undefined || session === undefined) throw new TypeError(`outbox: no task ${String(taskId)}`);
  return { task, session };
}

/** The tasks that one command ended with this one. */
async function alsoIn(deps: WorkDeps, { also }: Payload): Promise<Task[]> {
  const ids = Array.isArray(also) ? also.filter((id) => typeof id === 'string') : [];
  const found = await Promise.all(ids.map((id) => deps.store.tasks.get(id)));
  return found.filter((task) => task !== undefined);
}

function forgeFor(deps: WorkDeps, subject: SubjectRef): Forge {
  const forge = deps.forges.get(subject.repo.forge);
  if (forge === undefined)
    throw new ForgeError('gone', `the forge ${subject.repo.forge} is no longer in the config`);
  return forge;
}

function reactionIn(value: unknown): Reaction {
  return value === 'rocket' || value === 'confused' ? value : 'eyes';
}

function subjectIn(payload: Payload): SubjectRef {
  const subject: unknown = payload['subject'];
  if (!isSubject(subject)) throw new TypeError('an outbox entry without a subject');
  return subject;
}
