// A task's row and the task: one mapping, with the repository's present path joined in.
import { sql, type RawBuilder, type Selectable } from 'kysely';
import type { Delay } from '../../domain/delay.js';
import type { Actor } from '../../domain/refs.js';
import type { Progress, Snapshot, Task, TaskOptions, TaskOutcome, TaskState } from '../../domain/task.js';
import { TASK_MOVES } from '../../domain/task-moves.js';
import type { Db, Schema } from './schema.js';
import { subjectIn } from './repos.js';

type Repo = Schema['repos'];
type Row = Selectable<Schema['tasks']> & {
  readonly forge: Repo['forge'];
  readonly repo_id: Repo['id'];
  readonly path: Repo['path'];
};

export function selectTasks(db: Db) {
  return db
    .selectFrom('tasks')
    .innerJoin('repos', 'repos.key', 'tasks.repo_key')
    .selectAll('tasks')
    .select(['repos.forge', 'repos.id as repo_id', 'repos.path']);
}

/** States go into the statement as they are: an index over some states is chosen by what the statement says. */
export function state(name: TaskState): RawBuilder<TaskState> {
  return sql.lit(name);
}

/** In a state from which the move leads. One state is compared, not listed: else no index over that state alone is used. */
export function before(move: keyof typeof TASK_MOVES): RawBuilder<boolean> {
  const [first, ...others] = TASK_MOVES[move].from.map((name) => state(name));
  return others.length === 0 ? sql`state = ${first}` : sql`state in (${sql.join([first, ...others])})`;
}

export function toTask(row: Row): Task {
  return {
    id: row.id,
    issueKey: row.issue_key,
    subject: subjectIn(row),
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
    delay: row.delay === null ? undefined : (JSON.parse(row.delay) as Delay),
    progress: row.progress === null ? undefined : readProgress(row.progress),
    outcome: row.outcome === null ? undefined : (JSON.parse(row.outcome) as TaskOutcome),
    reportCommentId: row.report_comment_id ?? undefined,
  };
}

/** JSON has no undefined: a field that is missing there is one that was not known. */
function readProgress(json: string): Progress {
  return {
    lastTool: undefined,
    lastText: undefined,
    ...(JSON.parse(json) as Omit<Progress, 'lastTool' | 'lastText'>),
  };
}

export async function findTask(db: Db, id: string): Promise<Task | undefined> {
  const row = await selectTasks(db).where('tasks.id', '=', id).executeTakeFirst();
  return row === undefined ? undefined : toTask(row);
}

/** In the order of their making. */
export async function findTasks(db: Db, ids: readonly string[]): Promise<Task[]> {
  if (ids.length === 0) return [];
  const rows = await selectTasks(db)
    .where('tasks.id', 'in', [...ids])
    .orderBy('tasks.seq')
    .execute();
  return rows.map((row) => toTask(row));
}
