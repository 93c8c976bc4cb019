// The queue as people see it: places, counts and the first rows of it, read from indexes over queued tasks only, so that
// the tasks that have ended cost nothing.
import { sql, type RawBuilder } from 'kysely';
import type { RepoRef } from '../../domain/refs.js';
import { QUEUED, type Task, type TaskState } from '../../domain/task.js';
import { repoKey } from './repos.js';
import type { Db } from './schema.js';
import { selectTasks, state, toTask } from './task-rows.js';

/** One look per state: an index over one state is found only by a statement about that state. */
const IN_ORDER = ['ready', 'waiting', 'delayed'] as const;

export interface QueueFilter {
  readonly repo?: RepoRef;
  readonly limit?: number;
}

export async function queued(db: Db, { repo, limit }: QueueFilter): Promise<Task[]> {
  const tasks: Task[] = [];
  for (const name of IN_ORDER) {
    let query = selectTasks(db)
      .where('state', '=', state(name))
      .orderBy('priority', 'desc')
      .orderBy('tasks.seq');
    if (repo !== undefined) query = query.where('repo_key', '=', repoKey(repo));
    if (limit !== undefined) query = query.limit(limit - tasks.length);
    tasks.push(...(await query.execute()).map((row) => toTask(row)));
  }
  return tasks;
}

/** Counted from 1; undefined when it is not queued (any more). */
export async function placeOf(db: Db, id: string): Promise<number | undefined> {
  const mine = await db
    .selectFrom('tasks')
    .select(['state', 'priority', 'seq'])
    .where('id', '=', id)
    .executeTakeFirst();
  const at = IN_ORDER.findIndex((name) => name === mine?.state);
  if (mine === undefined || at < 0) return undefined;
  let before = 0;
  for (const name of IN_ORDER.slice(0, at)) before += await count(db, name, sql`1 = 1`);
  const higher = sql<boolean>`priority > ${mine.priority}`;
  const older = sql<boolean>`priority = ${mine.priority} and seq < ${mine.seq}`;
  const name = IN_ORDER[at] ?? 'ready';
  return before + (await count(db, name, higher)) + (await count(db, name, older)) + 1;
}

/** Running and queued tasks, of one repository or of all. */
export async function countLive(db: Db, repo: RepoRef | undefined): Promise<number> {
  const where = repo === undefined ? sql<boolean>`1 = 1` : sql<boolean>`repo_key = ${repoKey(repo)}`;
  let sum = 0;
  for (const name of [...QUEUED, 'running'] as const) sum += await count(db, name, where);
  return sum;
}

/** In the order of their making. */
export async function inStates(db: Db, states: readonly TaskState[]): Promise<Task[]> {
  const found: { readonly seq: number; readonly task: Task }[] = [];
  for (const name of new Set(states)) {
    const rows = await selectTasks(db).where('state', '=', state(name)).orderBy('tasks.seq').execute();
    found.push(...rows.map((row) => ({ seq: row.seq, task: toTask(row) })));
  }
  return found.sort((a, b) => a.seq - b.seq).map(({ task }) => task);
}

async function count(db: Db, name: TaskState, where: RawBuilder<unknown>): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select count(*) as n from tasks where state = ${state(name)} and ${where}`.execute(db);
  return rows[0]?.n ?? 0;
}
