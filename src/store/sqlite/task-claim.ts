// The best ready task, at a price that does not grow with the queue.
import { sql, type RawBuilder } from 'kysely';
import type { Task } from '../../domain/task.js';
import { TASK_MOVES } from '../../domain/task-moves.js';
import type { QueueMoves } from '../queue.js';
import type { Db } from './schema.js';
import { findTask } from './task-rows.js';

/** Call inside a transaction. */
export async function claim(
  db: Db,
  { worker, bootId, now, exceptRepos }: Parameters<QueueMoves['claim']>[0],
): Promise<Task | undefined> {
  const seq = await findSeq(db, exceptRepos);
  if (seq === undefined) return undefined;
  const row = await db
    .updateTable('tasks')
    .where('seq', '=', seq)
    .set((eb) => ({
      state: TASK_MOVES.claimed.to,
      worker,
      boot_id: bootId,
      started_at: now,
      attempts: eb('attempts', '+', 1),
      fence: eb('fence', '+', 1),
    }))
    .returning('id')
    .executeTakeFirstOrThrow();
  return await findTask(db, row.id);
}

async function findSeq(db: Db, exceptRepos: readonly string[]): Promise<number | undefined> {
  const near = await bestOfFirst(exceptRepos).execute(db);
  const found = near.rows[0];
  if (found !== undefined || exceptRepos.length === 0) return found?.seq;
  const far = await bestOfRepos(exceptRepos).execute(db);
  return far.rows[0]?.seq;
}

interface Found {
  readonly seq: number;
}

/** So far ahead the queue is looked through task by task. */
const NEAR = 100;

/** The usual case: one of the first in the queue is of a repository that has room. */
export function bestOfFirst(exceptRepos: readonly string[]): RawBuilder<Found> {
  if (exceptRepos.length === 0) {
    return sql`select seq from tasks where state = 'ready' order by priority desc, seq limit 1`;
  }
  return sql`
    select seq from (
      select seq, priority, repo_key from tasks where state = 'ready' order by priority desc, seq limit ${sql.lit(NEAR)})
    where repo_key not in (${sql.join(exceptRepos)}) order by priority desc, seq limit 1`;
}

/** Many tasks of full repositories stand in front: hops from repository to repository and compares their heads. */
export function bestOfRepos(exceptRepos: readonly string[]): RawBuilder<Found> {
  return sql`
    with recursive ready(repo) as (
      select min(repo_key) from tasks where state = 'ready'
      union all
      select (select min(repo_key) from tasks where state = 'ready' and repo_key > ready.repo)
      from ready where ready.repo is not null)
    select head.seq as seq
    from ready join tasks as head on head.seq = (
      select seq from tasks where state = 'ready' and repo_key = ready.repo order by priority desc, seq limit 1)
    where ready.repo is not null and ready.repo not in (${sql.join(exceptRepos)})
    order by head.priority desc, head.seq limit 1`;
}
