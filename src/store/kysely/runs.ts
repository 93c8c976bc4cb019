// Runs: one row per attempt.
import type { Selectable } from 'kysely';
import type { Evidence, Run } from '../../domain/run.js';
import type { Runs } from '../store.js';
import type { Db, Schema } from './schema.js';

export function createRuns(db: Db): Runs {
  return {
    async add(run) {
      await db
        .insertInto('runs')
        .values({
          id: run.id,
          task_id: run.taskId,
          attempt: run.attempt,
          boot_id: run.bootId,
          started_at: run.startedAt,
        })
        .execute();
    },
    async setProcess(id, { pid, startTicks }) {
      await db
        .updateTable('runs')
        .set({ pid, start_ticks: startTicks ?? null })
        .where('id', '=', id)
        .execute();
    },
    async end(id, { now, ended, evidence }) {
      const told = evidence === undefined ? null : JSON.stringify(evidence);
      await db
        .updateTable('runs')
        .set({ ended_at: now, ended, evidence: told })
        .where('id', '=', id)
        .execute();
    },
    async ofTask(taskId) {
      const rows = await db
        .selectFrom('runs')
        .selectAll()
        .where('task_id', '=', taskId)
        .orderBy('attempt')
        .orderBy('started_at')
        .execute();
      return rows.map(toRun);
    },
    async open() {
      const rows = await db.selectFrom('runs').selectAll().where('ended_at', 'is', null).execute();
      return rows.map(toRun);
    },
  };
}

function toRun(row: Selectable<Schema['runs']>): Run {
  return {
    id: row.id,
    taskId: row.task_id,
    attempt: row.attempt,
    bootId: row.boot_id,
    startedAt: row.started_at,
    endedAt: row.ended_at ?? undefined,
    pid: row.pid ?? undefined,
    startTicks: row.start_ticks ?? undefined,
    evidence: row.evidence === null ? undefined : (JSON.parse(row.evidence) as Evidence),
    ended: row.ended ?? undefined,
  };
}
