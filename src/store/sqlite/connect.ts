// The database file: private, whole, not from the future, and set to survive a power cut.
import {
  closeSync,
  existsSync,
  fchmodSync,
  fstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  statSync,
} from 'node:fs';
import { basename, dirname } from 'node:path';
import SQLite from 'better-sqlite3';
import { StoreError } from '../store.js';
import { asStoreError } from './faults.js';

/**
 * Opens or makes the file (mode 600, its folder 700 when it is made here).
 * @param newest the newest version this kugetsu knows
 * @throws StoreError `newer`, `corrupt` or `failed`, each with what to do.
 */
export function connect(file: string, newest: number): SQLite.Database {
  let raw: SQLite.Database | undefined;
  try {
    const isNew = makePrivate(file);
    raw = new SQLite(file, { timeout: BUSY_TIMEOUT_MS });
    if (!isNew) check(raw, file, newest);
    set(raw, file);
    return raw;
  } catch (error) {
    raw?.close();
    throw told(error, file);
  }
}

/**
 * Whether the last one to use it did not close it: the log stays then. Ask before `connect`. A large database is looked
 * over after that, beside the work.
 */
export function endedUncleanly(file: string): boolean {
  const log = `${file}-wal`;
  return existsSync(log) && statSync(log).size > 0 && statSync(file).size > SMALL_BYTES;
}

export function versionOf(raw: SQLite.Database): number {
  return Number(raw.pragma('user_version', { simple: true }));
}

export function backupName(file: string, version: number): string {
  return `${file}.before-${version}`;
}

/** Up to here the whole file is checked at each start: that takes milliseconds. */
const SMALL_BYTES = 8 * 1024 * 1024;
const BUSY_TIMEOUT_MS = 5_000;
/** Pages of 4 KB in the log before they are copied over: by default so few that under load a commit in ten pays for it. */
const CHECKPOINT_PAGES = 4_000;
const MOST_WAL_BYTES = 64 * 1024 * 1024;

/** SQLite gives its side files the mode of the database. True when there was nothing in it yet. */
function makePrivate(file: string): boolean {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const fd = openSync(file, 'a', 0o600);
  try {
    fchmodSync(fd, 0o600);
    return fstatSync(fd).size === 0 && !existsSync(`${file}-wal`);
  } finally {
    closeSync(fd);
  }
}

function check(raw: SQLite.Database, file: string, newest: number): void {
  const version = versionOf(raw);
  if (version > newest) {
    const versions = `version ${version}, this one knows ${newest}`;
    throw new StoreError(
      'newer',
      `${file} was written by a newer kugetsu (${versions}); install that one again, or put back a backup from before it`,
    );
  }
  if (statSync(file).size <= SMALL_BYTES) {
    const said: unknown = raw.pragma('quick_check(1)', { simple: true });
    if (said !== 'ok') throw new StoreError('corrupt', damaged(file), { cause: new Error(String(said)) });
  }
  const tables = raw.prepare('select count(*) from sqlite_schema').pluck().get();
  if (version === 0 && tables !== 0) {
    throw new StoreError('corrupt', `${file} is a database of something else; name another file`);
  }
}

function set(raw: SQLite.Database, file: string): void {
  const mode: unknown = raw.pragma('journal_mode = WAL', { simple: true });
  if (mode !== 'wal') {
    throw new StoreError(
      'failed',
      `${file} lies where SQLite cannot share memory; put it on a local file system`,
    );
  }
  // better-sqlite3 is silently NORMAL in WAL: then a power cut loses commits that were acknowledged.
  raw.pragma('synchronous = FULL');
  raw.pragma('foreign_keys = ON');
  raw.pragma(`wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
  raw.pragma(`journal_size_limit = ${MOST_WAL_BYTES}`);
}

function told(error: unknown, file: string): unknown {
  const known = asStoreError(error);
  if (known instanceof StoreError && known.code === 'corrupt' && known.cause === error) {
    return new StoreError('corrupt', damaged(file), { cause: error });
  }
  if (known instanceof StoreError && known.cause !== error) return known;
  return new StoreError('failed', `cannot open the database ${file}`, { cause: known });
}

/** What people read when it is damaged, with what to do. */
export function damaged(file: string): string {
  const backups = backupsOf(file);
  const which = backups.length === 0 ? 'a backup' : `a backup (${backups.join(', ')} lie beside it)`;
  return `${file} is damaged or no database; nothing was changed in it: move it away and put ${which} in its place`;
}

function backupsOf(file: string): string[] {
  const start = backupName(basename(file), 0).slice(0, -1);
  return readdirSync(dirname(file)).filter(
    (name) => name.startsWith(start) && /^\d+$/.test(name.slice(start.length)),
  );
}
