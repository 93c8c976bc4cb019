// A task's row and the task: one mapping in each direction, with the repository's present path joined in.
import type { Selectable } from 'kysely';
import type { Actor } from '../../domain/refs.js';
import type { Progress, Snapshot, Task, TaskOptions, TaskOutcome, TaskState } from '../../domain/task.js';
import type { Db, Schema } from './schema.js';

type Row = Selectable<Schema['tasks']> & { readonly path: string | null };

export function selectTasks(db: Db) {
  return db
    .selectFrom('tasks')
    .leftJoin('repos', (join) =>
      join.onRef('repos.forge', '=', 'tasks.forge').onRef('repos.id', '=', 'tasks.repo_id'),
    )
    .selectAll('tasks')
    .select('repos.path');
}

export function toTask(row: Row): Task {
  return {
    id: row.id,
    issueKey: row.issue_key,
    subject: { repo: { forge: row.forge, id: row.repo_id, path: row.path ?? '' }, number: row.number },
    sessionId: row.session_id,
    verb: row.verb as Task['verb'],
    state: row.state as TaskState,
    priority: row.priority,
    message: row.message,
    options: JSON.parse(row.options) as TaskOptions,
    actor: JSON.parse(row.actor) as Actor,
    commentId: row.comment_id ?? undefined,
    snapshot: row.snapshot === null ? undefined : (JSON.parse(row.snapshot) as Snapshot),
    attempts: row.attempts,
    fence: row.fence,
    createdAt: row.created_at,
    runAt: row.run_at,
    startedAt: row.started_at ?? undefined,
    endedAt: row.ended_at ?? undefined,
    progress: row.progress === null ? undefined : (JSON.parse(row.progress) as Progress),
    outcome: row.outcome === null ? undefined : (JSON.parse(row.outcome) as TaskOutcome),
    reportCommentId: row.report_comment_id ?? undefined,
  };
}

export async function findTask(db: Db, id: string): Promise<Task | undefined> {
  const row = await selectTasks(db).where('tasks.id', '=', id).executeTakeFirst();
  return row === undefined ? undefined : toTask(row);
}
