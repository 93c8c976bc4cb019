// A new task: head of its issue or behind another one, under a short id that is free.
import { randomBytes } from 'node:crypto';
import { newTaskId } from '../../support/ids.js';
import type { Task } from '../../domain/task.js';
import type { NewTask } from '../queue.js';
import { rememberRepo, repoKey, subjectColumns } from './repos.js';
import type { Db } from './schema.js';
import { findTask } from './task-rows.js';
import { hasHead } from './task-ends.js';

/** Call inside a transaction. */
export async function addTask(db: Db, task: NewTask): Promise<Task> {
  const { repo } = task.subject;
  await rememberRepo(db, repo);
  const id = await freeId(db);
  const busy = await hasHead(db, task.issueKey);
  await db
    .insertInto('tasks')
    .values({
      id,
      issue_key: task.issueKey,
      repo_key: repoKey(repo),
      ...subjectColumns(task.subject),
      session_id: task.sessionId,
      verb: task.verb,
      state: busy ? 'waiting' : 'ready',
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
