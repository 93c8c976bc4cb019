// The queue is this table: only the head of each issue is `ready`, so a claim is one look into one index.
import { sql } from 'kysely';
import { endStateOf, type Task, type TaskState } from '../../domain/task.js';
import type { Tasks } from '../store.js';
import { addTask } from './task-add.js';
import { findTask, selectTasks, toTask } from './task-rows.js';
import { inTransaction } from './in-transaction.js';
import { endQueued, endRun } from './task-ends.js';
import type { Db } from './schema.js';

export function createTasks(db: Db): Tasks {
  const update = (id: string) => db.updateTable('tasks').where('id', '=', id);
  const many = async (query: ReturnType<typeof selectTasks>) =>
    (await query.execute()).map((row) => toTask(row));
  return {
    add: (task) => inTransaction(db, (inner) => addTask(inner, task)),
    get: (id) => findTask(db, id),
    claim: (options) => claim(db, options),
    ofIssue: (issueKey, states) =>
      many(
        selectTasks(db)
          .where('issue_key', '=', issueKey)
          .where('state', 'in', [...states])
          .orderBy('seq'),
      ),
    ofSession: (sessionId) => many(selectTasks(db).where('session_id', '=', sessionId).orderBy('seq')),
    inState: (states) =>
      many(
        selectTasks(db)
          .where('state', 'in', [...states])
          .orderBy('seq'),
      ),
    queue: () => queue(db),
    async saveProgress(id, fence, progress) {
      const query = update(id)
        .where('fence', '=', fence)
        .where('state', '=', 'running')
        .set({ progress: JSON.stringify(progress) });
      return (await query.executeTakeFirst()).numUpdatedRows > 0n;
    },
    endRun: (id, fence, end) => inTransaction(db, (inner) => endRun(inner, id, fence, end)),
    async changeOutcome(id, outcome) {
      await update(id)
        .where('state', '=', 'reporting')
        .set({ outcome: JSON.stringify(outcome) })
        .execute();
    },
    async settle(id, now) {
      const task = await findTask(db, id);
      if (task?.state !== 'reporting' || task.outcome === undefined) return;
      await update(id)
        .set({ state: endStateOf(task.outcome), ended_at: task.endedAt ?? now })
        .execute();
    },
    endQueued: (issueKey, outcome, now, filter) =>
      inTransaction(db, (inner) => endQueued(inner, { issueKey, outcome, now, filter })),
    async setMessage(id, message) {
      await update(id).set({ message }).execute();
    },
    async setReportComment(id, commentId) {
      await update(id).set({ report_comment_id: commentId }).execute();
    },
    async promoteDue(now) {
      const query = db
        .updateTable('tasks')
        .where('state', '=', 'delayed')
        .where('run_at', '<=', now)
        .set({ state: 'ready' });
      return Number((await query.executeTakeFirst()).numUpdatedRows);
    },
    async nextDelayedAt() {
      const row = await db
        .selectFrom('tasks')
        .select((eb) => eb.fn.min('run_at').as('at'))
        .where('state', '=', 'delayed')
        .executeTakeFirst();
      return row?.at ?? undefined;
    },
    recover: (bootId, now) => inTransaction(db, (inner) => recover(inner, bootId, now)),
    async anyOfIssue(issueKey) {
      return (
        (await db.selectFrom('tasks').select('seq').where('issue_key', '=', issueKey).executeTakeFirst()) !==
        undefined
      );
    },
  };
}

async function claim(
  db: Db,
  on: { bootId: string; now: number; exceptRepos: readonly string[] },
): Promise<Task | undefined> {
  let best = db
    .selectFrom('tasks')
    .select('seq')
    .where('state', '=', 'ready')
    .orderBy('priority', 'desc')
    .orderBy('seq')
    .limit(1);
  if (on.exceptRepos.length > 0)
    best = best.where(sql<string>`forge || ':' || repo_id`, 'not in', [...on.exceptRepos]);
  const row = await db
    .updateTable('tasks')
    .where('seq', '=', best)
    .set((eb) => ({
      state: 'running',
      boot_id: on.bootId,
      started_at: on.now,
      attempts: eb('attempts', '+', 1),
      fence: eb('fence', '+', 1),
    }))
    .returning('id')
    .executeTakeFirst();
  return row === undefined ? undefined : await findTask(db, row.id);
}

async function queue(db: Db): Promise<Task[]> {
  const place = sql<number>`case state when 'ready' then 0 when 'waiting' then 1 else 2 end`;
  const rows = await selectTasks(db)
    .where('state', 'in', ['ready', 'waiting', 'delayed'])
    .orderBy(place)
    .orderBy('priority', 'desc')
    .orderBy('seq')
    .execute();
  return rows.map((row) => toTask(row));
}

/** The process that ran them is gone: they are the heads of their issues and may be claimed at once. */
async function recover(db: Db, bootId: string, now: number): Promise<Task[]> {
  const rows = await db
    .updateTable('tasks')
    .where('state', '=', 'running')
    .where('boot_id', 'is distinct from', bootId)
    .set({ state: 'ready' satisfies TaskState, run_at: now })
    .returning('id')
    .execute();
  const tasks = await Promise.all(rows.map((row) => findTask(db, row.id)));
  return tasks.filter((task) => task !== undefined);
}
