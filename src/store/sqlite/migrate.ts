// Brings a database to the newest version: a backup first, then one transaction per step.
import { closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs';
import type SQLite from 'better-sqlite3';
import { CompiledQuery } from 'kysely';
import type { Log } from '../../support/log.js';
import { StoreError } from '../store.js';
import { backupName, versionOf } from './connect.js';
import type { Db } from './schema.js';

/** Each step is never changed after a release; new ones are added at the end. */
export type Migration = (db: Db) => Promise<void>;

export interface Migrating {
  readonly raw: SQLite.Database;
  readonly db: Db;
  readonly file: string;
  readonly log: Log | undefined;
  readonly migrations: readonly Migration[];
}

/** A crash in between leaves the database at the last whole step. */
export async function migrate({ raw, db, file, log, migrations }: Migrating): Promise<void> {
  const before = versionOf(raw);
  if (before === migrations.length) return;
  if (before > 0) backUp(raw, file, before, log);
  for (const [index, step] of migrations.entries()) {
    await db.transaction().execute(async (inner) => {
      // Looked at again inside: another process may have been faster.
      if (versionOf(raw) !== index) return;
      await step(inner);
      checkReferences(raw, index + 1);
      await inner.executeQuery(CompiledQuery.raw(`pragma user_version = ${index + 1}`));
    });
  }
  log?.info('store.migrated', { from: before, to: migrations.length });
}

function checkReferences(raw: SQLite.Database, version: number): void {
  const broken = raw.pragma('foreign_key_check');
  if (Array.isArray(broken) && broken.length === 0) return;
  throw new StoreError('failed', `the step to version ${version} would lose references; nothing was changed`);
}

/** `vacuum into` takes what is in the write-ahead log too; a plain copy of the file loses it. */
function backUp(raw: SQLite.Database, file: string, version: number, log: Log | undefined): void {
  const backup = backupName(file, version + 1);
  const partial = `${backup}.partial`;
  rmSync(partial, { force: true });
  // SQLite would make it readable for everybody; into an empty file of ours it keeps our mode.
  closeSync(openSync(partial, 'wx', 0o600));
  raw.prepare('vacuum into ?').run(partial);
  sync(partial);
  if (existsSync(backup)) rmSync(backup);
  renameSync(partial, backup);
  log?.info('store.backed_up', { file: backup, version });
}

function sync(file: string): void {
  const fd = openSync(file, 'r');
  fsyncSync(fd);
  closeSync(fd);
}
