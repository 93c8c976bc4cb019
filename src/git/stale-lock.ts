// A lock file that a killed git left in a mirror must not stop the repository for ever.
import { lstat, rm } from 'node:fs/promises';
import path from 'node:path';
import type { GitOutcome } from './run.js';

const STALE_AFTER_MS = 10_000;

/**
 * The caller holds the mirror's lock and one process owns the home, so a lock file that is older than a few seconds has no
 * living owner: git holds one for the moment of a write. A younger one stays, and the failure goes to the caller.
 */
export async function retryPastStaleLock<T extends Pick<GitOutcome, 'exitCode' | 'stderr'>>(
  gitDir: string,
  command: () => Promise<T>,
): Promise<T> {
  const outcome = await command();
  const file = /Unable to create '([^']+\.lock)': File exists/.exec(outcome.stderr)?.[1];
  if (outcome.exitCode === 0 || file === undefined || !(await isStale(gitDir, file))) return outcome;
  await rm(file, { force: true });
  return command();
}

async function isStale(gitDir: string, file: string): Promise<boolean> {
  if (path.relative(gitDir, file).startsWith('..')) return false;
  const found = await lstat(file).catch(() => undefined);
  return found?.isFile() === true && Date.now() - found.mtimeMs > STALE_AFTER_MS;
}
