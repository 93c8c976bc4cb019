// What a session leaves behind is kept where people find it: a commit as ref and bundle, a broken folder as it is.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { worktreeOn, type Session } from '../domain/session.js';
import { isForgeAway } from '../forges/passing.js';
import { describeError } from '../support/errors.js';
import type { WorkDeps } from './deps.js';
import { salvage } from './salvage.js';

/** `name` is what people are told: the file below the server's home. */
export async function rescueCommit(
  deps: WorkDeps,
  session: Session,
  sha: string,
): Promise<{ readonly sha: string; readonly name: string }> {
  const name = `${session.id}-${sha.slice(0, 12)}`;
  const bundleFile = join(deps.folders.rescue, `${name}.bundle`);
  const mirror = deps.git.mirror(session.subject.repo);
  await mirror.rescue({ name, sha, base: session.baseSha ?? sha, bundleFile });
  deps.log.info('session.rescued', { session: session.id, sha, bundleFile });
  return { sha, name: `\`rescue/${name}.bundle\`` };
}

/**
 * Removes the session's worktree once its commits are in the mirror; one whose commits cannot be taken over is moved into the
 * rescue folder as it is. Returns sentences about what was moved. Call only while no run of the session is active.
 */
export async function takeAwayWorktree(
  deps: WorkDeps,
  session: Session,
  signal: AbortSignal,
): Promise<string[]> {
  const name = worktreeOn(deps.worker, session);
  if (name === undefined) return [];
  const dir = join(deps.folders.worktrees, name);
  if (!existsSync(dir)) return [];
  try {
    await salvage(deps, session, signal);
  } catch (error) {
    signal.throwIfAborted();
    if (isForgeAway(error)) throw error;
    deps.log.warn('worktree.not_taken_over', { session: session.id, why: describeError(error) });
    return [await moveWorktreeAside(deps, session, dir)];
  }
  await deps.git.removeTree(dir);
  return [];
}

/** Returns the sentence that says where it is; `why` follows "The worktree". */
export async function moveWorktreeAside(
  deps: WorkDeps,
  session: Session,
  dir: string,
  why = 'could not be read by git',
): Promise<string> {
  const name = await deps.git.setAside(dir, deps.folders.rescue, `${session.id}-worktree`);
  deps.log.warn('worktree.moved_aside', { session: session.id, to: name });
  return `The worktree ${why}: it is kept as \`rescue/${name}\`, and a new one was made.`;
}
