// A lock file that a killed git left in a mirror must not stop the repository for ever.
import { lstat, rm } from 'node:fs/promises';
import path from 'node:path';
import type { GitOutcome } from './run.js';

const STALE_AFTER_MS = 10_000;
const MOST_ROUNDS = 4;

/**
 * The caller holds the mirror's lock and one process owns the home, so a lock file that is older than a few seconds has no
 * living owner: git holds one for the moment of a write. A younger one stays, and the failure goes to the caller.
 */
export async function retryPastStaleLock<T extends Pick<GitOutcome, 'exitCode' | 'stderr'>>(
  gitDir: string,
  command: () => Promise<T>,
): Promise<T> {
  let outcome = await command();
  // Git names the locks of all refs at once, but packed-refs only after those.
  for (let n = 1; n <= MOST_ROUNDS && outcome.exitCode !== 0; n += 1) {
    const named = outcome.stderr.matchAll(/Unable to create '([^']+\.lock)': File exists/g);
    const files = [...new Set([...named].map(([, file = '']) => file))];
    const stale = await Promise.all(files.map((file) => isStale(gitDir, file)));
    if (files.length === 0 || stale.includes(false)) return outcome;
    for (const file of files) await rm(file, { force: true });
    outcome = await command();
  }
  return outcome;
}

async function isStale(gitDir: string, file: string): Promise<boolean> {
  if (path.relative(gitDir, file).startsWith('..')) return false;
  const found = await lstat(file).catch(() => undefined);
  return found?.isFile() === true && Date.now() - found.mtimeMs > STALE_AFTER_MS;
}
