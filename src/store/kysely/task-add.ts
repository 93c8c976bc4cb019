// A new task: head of its issue or behind another one, under a short id that is free.
import { randomBytes } from 'node:crypto';
import { newTaskId } from '../../support/ids.js';
import type { Task } from '../../domain/task.js';
import type { NewTask } from '../store.js';
import { rememberPath } from './small-tables.js';
import { findTask } from './task-rows.js';
import type { Db } from './schema.js';

/** Call inside a transaction. */
export async function addTask(db: Db, task: NewTask): Promise<Task> {
  const { repo, number } = task.subject;
  await rememberPath(db, repo);
  const id = await freeId(db);
  const busy = await db
    .selectFrom('tasks')
    .select('seq')
    .where('issue_key', '=', task.issueKey)
    .where('state', 'in', ['ready', 'delayed', 'running', 'waiting'])
    .executeTakeFirst();
  await db
    .insertInto('tasks')
    .values({
      id,
      issue_key: task.issueKey,
      forge: repo.forge,
      repo_id: repo.id,
      number,
      session_id: task.sessionId,
      verb: task.verb,
      state: busy === undefined ? 'ready' : 'waiting',
      priority: task.priority,
      message: task.message,
      options: JSON.stringify(task.options),
      actor: JSON.stringify(task.actor),
      comment_id: task.commentId ?? null,
      snapshot: task.snapshot === undefined ? null : JSON.stringify(task.snapshot),
      created_at: task.now,
      run_at: task.now,
    })
    .execute();
  const added = await findTask(db, id);
  if (added === undefined) throw new Error(`task ${id} was added and is not there`);
  return added;
}

const SHORTEST = 4;
/** Tries at each length before ids grow by a character. */
const TRIES = 4;

async function freeId(db: Db): Promise<string> {
  for (let attempt = 0; ; attempt += 1) {
    const id = newTaskId(randomBytes, SHORTEST + Math.floor(attempt / TRIES));
    const taken = await db.selectFrom('tasks').select('seq').where('id', '=', id).executeTakeFirst();
    if (taken === undefined) return id;
  }
}
