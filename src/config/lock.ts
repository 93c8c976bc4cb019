// One process owns a home: a lock of the operating system, gone with the process however it ends.
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { KugetsuError } from '../support/errors.js';

export type HomeLock =
  /** Ours until `release` or the end of the process. Keep this object: a collected one lets go. */
  | { readonly ok: true; readonly release: () => void }
  /** `heldBy` is the pid of the owner, for messages only; undefined when it could not be read. */
  | { readonly ok: false; readonly heldBy: number | undefined };

/**
 * Takes the lock of a home that exists (`ensureHome`). It is an exclusive transaction on `run/lock.db` that never ends:
 * SQLite holds it with fcntl, the kernel lets go when the process dies, even by SIGKILL. Node has no file lock of its own.
 */
export function acquireHomeLock(home: string): HomeLock {
  const lockFile = join(home, 'run', 'lock.db');
  const pidFile = join(home, 'run', 'pid');
  const database = openLockFile(lockFile);
  try {
    database.exec('BEGIN EXCLUSIVE');
  } catch (cause) {
    database.close();
    if (isBusy(cause)) return { ok: false, heldBy: readPid(pidFile) };
    throw new KugetsuError('lock_failed', `cannot lock ${home}`, { cause });
  }
  writeFileSync(pidFile, `${process.pid}\n`, { mode: 0o600 });
  return {
    ok: true,
    release: () => {
      if (!database.open) return;
      rmSync(pidFile, { force: true });
      database.close();
    },
  };
}

function openLockFile(lockFile: string): Database.Database {
  try {
    // SQLite would make it with the umask of the process.
    writeFileSync(lockFile, '', { flag: 'wx', mode: 0o600 });
  } catch (error) {
    // Never opened and closed by hand when it exists: closing any descriptor of it would drop our own fcntl lock.
    if (codeOf(error) !== 'EEXIST')
      throw new KugetsuError('lock_failed', `cannot create ${lockFile}`, { cause: error });
  }
  return new Database(lockFile, { timeout: 0 });
}

function readPid(pidFile: string): number | undefined {
  try {
    const pid = Number.parseInt(readFileSync(pidFile, 'utf8'), 10);
    return Number.isInteger(pid) && pid > 0 ? pid : undefined;
  } catch {
    return undefined;
  }
}

function isBusy(error: unknown): boolean {
  return codeOf(error)?.startsWith('SQLITE_BUSY') ?? false;
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}
