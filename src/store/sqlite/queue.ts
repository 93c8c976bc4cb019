// The queue is this table: only the head of each issue is `ready`, so a claim is one look into one index.
import { endStateOf, type Task } from '../../domain/task.js';
import { TASK_MOVES } from '../../domain/task-moves.js';
import type { Claimer, Queue, QueueMoves, QueueNotes, QueueReads } from '../queue.js';
import { inTransaction } from './in-transaction.js';
import type { Db } from './schema.js';
import { addTask } from './task-add.js';
import { claim } from './task-claim.js';
import { cancel, finish } from './task-ends.js';
import { countLive, inStates, placeOf, queued } from './task-queue.js';
import { findTask, findTasks, selectTasks, state, before, toTask } from './task-rows.js';

export function createQueue(db: Db): Queue {
  return { ...moving(db), ...reading(db), ...telling(db) };
}

function reading(db: Db): QueueReads {
  const many = async (query: ReturnType<typeof selectTasks>) =>
    (await query.execute()).map((row) => toTask(row));
  return {
    get: (id) => findTask(db, id),
    async ofIssue(issueKey, states) {
      const of = selectTasks(db).where('issue_key', '=', issueKey).orderBy('tasks.seq');
      return states.length === 0
        ? []
        : await many(
            of.where(
              'state',
              'in',
              states.map((name) => state(name)),
            ),
          );
    },
    ofSession: (sessionId) => many(selectTasks(db).where('session_id', '=', sessionId).orderBy('tasks.seq')),
    inState: (states) => inStates(db, states),
    runningOn: (worker) =>
      many(
        selectTasks(db)
          .where('state', '=', state('running'))
          .where('worker', '=', worker)
          .orderBy('tasks.seq'),
      ),
    queued: (filter = {}) => queued(db, filter),
    placeOf: (id) => placeOf(db, id),
    countLive: (repo) => countLive(db, repo),
  };
}

function moving(db: Db): QueueMoves {
  return {
    enqueue: (task) => inTransaction(db, (inner) => addTask(inner, task)),
    claim: (options) => inTransaction(db, (inner) => claim(inner, options)),
    finish: (id, fence, end) => inTransaction(db, (inner) => finish(inner, id, fence, end)),
    cancel: (issueKey, outcome, now, filter) =>
      inTransaction(db, (inner) => cancel(inner, { issueKey, outcome, now, ids: filter?.ids })),
    async promoteDue(now) {
      const delayed = db.updateTable('tasks').where(before('due'));
      const due = delayed.where('run_at', '<=', now);
      return Number((await due.set({ state: TASK_MOVES.due.to }).executeTakeFirst()).numUpdatedRows);
    },
    reclaim: (by, now) => inTransaction(db, (inner) => reclaim(inner, by, now)),
    settle: (id, now) => inTransaction(db, (inner) => settle(inner, id, now)),
  };
}

function telling(db: Db): QueueNotes {
  const update = (id: string) => db.updateTable('tasks').where('id', '=', id);
  return {
    async saveProgress(id, fence, progress) {
      const mine = update(id).where('fence', '=', fence).where('state', '=', state('running'));
      return (await mine.set({ progress: JSON.stringify(progress) }).executeTakeFirst()).numUpdatedRows > 0n;
    },
    async changeOutcome(id, outcome) {
      await update(id)
        .where('state', '=', state('reporting'))
        .set({ outcome: JSON.stringify(outcome) })
        .execute();
    },
    async setMessage(id, message, snapshot) {
      const told = snapshot === undefined ? {} : { snapshot: JSON.stringify(snapshot) };
      await update(id)
        .set({ message, ...told })
        .execute();
    },
    async setReportComment(id, commentId) {
      await update(id).set({ report_comment_id: commentId }).execute();
    },
  };
}

async function settle(db: Db, id: string, now: number): Promise<void> {
  const task = await findTask(db, id);
  if (task?.state !== 'reporting' || task.outcome === undefined) return;
  const change = { state: endStateOf(task.outcome), ended_at: task.endedAt ?? now };
  await db.updateTable('tasks').where('id', '=', id).set(change).execute();
}

/** The process that ran them is gone: they are the heads of their issues and may be claimed at once. */
async function reclaim(db: Db, { worker, bootId }: Claimer, now: number): Promise<Task[]> {
  const rows = await db
    .updateTable('tasks')
    .where(before('reclaimed'))
    .where('worker', '=', worker)
    .where('boot_id', '<>', bootId)
    .set({ state: TASK_MOVES.reclaimed.to, run_at: now })
    .returning('id')
    .execute();
  return await findTasks(
    db,
    rows.map((row) => row.id),
  );
}
