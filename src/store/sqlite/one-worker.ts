// One process uses this file, in one home: what runs or stands in it names no other worker.
import type SQLite from 'better-sqlite3';
import { asStoreError } from './faults.js';

/**
 * At the open: what names no worker (an earlier version stored it) or one whose id was lost (a backup was put back) is this
 * one's. Else nobody would end it. @throws StoreError
 */
export function takeOver(raw: SQLite.Database, worker: string): void {
  try {
    raw.transaction(() => STATEMENTS.forEach((sql) => raw.prepare(sql).run({ worker }))).immediate();
  } catch (error) {
    throw asStoreError(error);
  }
}

const STATEMENTS = [
  `update runs set worker = @worker where ended_at is null and worker is not @worker`,
  `update tasks set worker = @worker where state = 'running' and worker is not @worker`,
  `update sessions set data = json_set(data, '$.worktree.worker', @worker) where state <> 'reaped'
    and json_type(data, '$.worktree') = 'object' and json_extract(data, '$.worktree.worker') is not @worker`,
];
