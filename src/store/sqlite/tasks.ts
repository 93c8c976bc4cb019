// The queue is this table: only the head of each issue is `ready`, so a claim is one look into one index.
import { endStateOf, type Task } from '../../domain/task.js';
import type { Tasks } from '../store.js';
import { inTransaction } from './in-transaction.js';
import type { Db } from './schema.js';
import { addTask } from './task-add.js';
import { claim } from './task-claim.js';
import { endQueued, endRun } from './task-ends.js';
import { countLive, inStates, placeOf, queue } from './task-queue.js';
import { findTask, findTasks, selectTasks, state, toTask } from './task-rows.js';

export function createTasks(db: Db): Tasks {
  return { ...reading(db), ...queueing(db), ...telling(db) };
}

type Reading = 'get' | 'ofIssue' | 'ofSession' | 'inState' | 'queue' | 'placeOf' | 'countLive';

function reading(db: Db): Pick<Tasks, Reading> {
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
    queue: (filter = {}) => queue(db, filter),
    placeOf: (id) => placeOf(db, id),
    countLive: (repo) => countLive(db, repo),
  };
}

function queueing(db: Db): Pick<Tasks, 'add' | 'claim' | 'endRun' | 'endQueued' | 'promoteDue' | 'recover'> {
  return {
    add: (task) => inTransaction(db, (inner) => addTask(inner, task)),
    claim: (options) => inTransaction(db, (inner) => claim(inner, options)),
    endRun: (id, fence, end) => inTransaction(db, (inner) => endRun(inner, id, fence, end)),
    endQueued: (issueKey, outcome, now, filter) =>
      inTransaction(db, (inner) => endQueued(inner, { issueKey, outcome, now, ids: filter?.ids })),
    async promoteDue(now) {
      const due = db.updateTable('tasks').where('state', '=', state('delayed')).where('run_at', '<=', now);
      return Number((await due.set({ state: 'ready' }).executeTakeFirst()).numUpdatedRows);
    },
    recover: (bootId, now) => inTransaction(db, (inner) => recover(inner, bootId, now)),
  };
}

type Telling = 'saveProgress' | 'changeOutcome' | 'settle' | 'setMessage' | 'setReportComment';

function telling(db: Db): Pick<Tasks, Telling> {
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
    settle: (id, now) => inTransaction(db, (inner) => settle(inner, id, now)),
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
async function recover(db: Db, bootId: string, now: number): Promise<Task[]> {
  const rows = await db
    .updateTable('tasks')
    .where('state', '=', state('running'))
    .where('boot_id', '<>', bootId)
    .set({ state: 'ready', run_at: now })
    .returning('id')
    .execute();
  return await findTasks(
    db,
    rows.map((row) => row.id),
  );
}
