// Runs: one row per attempt.
import type { Selectable } from 'kysely';
import type { Evidence, Run } from '../../domain/run.js';
import type { Runs } from '../records.js';
import type { Db, Schema } from './schema.js';

export function createRuns(db: Db): Runs {
  return {
    async add(run) {
      await db.insertInto('runs').values(toRow(run)).execute();
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
        .orderBy('seq')
        .execute();
      return rows.map(toRun);
    },
    async open(worker) {
      const rows = await db
        .selectFrom('runs')
        .selectAll()
        .where('ended_at', 'is', null)
        .where('worker', '=', worker)
        .orderBy('seq')
        .execute();
      return rows.map(toRun);
    },
  };
}

function toRow(run: Run) {
  return {
    id: run.id,
    task_id: run.taskId,
    attempt: run.attempt,
    boot_id: run.bootId,
    worker: run.worker ?? null,
    started_at: run.startedAt,
    ended_at: run.endedAt ?? null,
    pid: run.pid ?? null,
    start_ticks: run.startTicks ?? null,
    evidence: run.evidence === undefined ? null : JSON.stringify(run.evidence),
    ended: run.ended ?? null,
  };
}

export function toRun(row: Selectable<Schema['runs']>): Run {
  return {
    id: row.id,
    taskId: row.task_id,
    attempt: row.attempt,
    bootId: row.boot_id,
    worker: row.worker ?? undefined,
    startedAt: row.started_at,
    endedAt: row.ended_at ?? undefined,
    pid: row.pid ?? undefined,
    startTicks: row.start_ticks ?? undefined,
    evidence: row.evidence === null ? undefined : readEvidence(row.evidence),
    ended: row.ended ?? undefined,
  };
}

/** JSON has no undefined. */
function readEvidence(json: string): Evidence {
  const told = JSON.parse(json) as Evidence;
  return {
    ...told,
    model: told.model,
    agentVersion: told.agentVersion,
    tools: told.tools.map((tool) => ({ ...tool, exitCode: tool.exitCode })),
  };
}
