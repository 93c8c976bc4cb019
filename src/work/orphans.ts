// Worktrees that no session names any more: what a crash or a race left. Their work is rescued, then they go.
import { aboutSession } from '../domain/about.js';
import { readdir } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { worktreeName, worktreeOn, type Session } from '../domain/session.js';
import type { ReaperDeps } from './reaper.js';
import { rescue } from './rescue.js';
import { describeError } from '../support/errors.js';

/** Reading a few folders; a new orphan needs a crash or a fault of ours. */
const LOOK_EVERY_MS = 10 * 60_000;

/** At the first call and then every ten minutes. True when one was removed. */
export function createOrphanRemover(deps: ReaperDeps): () => Promise<boolean> {
  let lookAt = 0;
  return async () => {
    const now = deps.now();
    if (now < lookAt) return false;
    lookAt = now + LOOK_EVERY_MS;
    let did = false;
    for (const name of await worktreesIn(deps.folders.worktrees)) {
      try {
        did = (await removeIfOrphan(deps, name)) || did;
      } catch (error) {
        deps.log.error('reaper.orphan_stays', { worktree: name, why: describeError(error) });
      }
    }
    return did;
  };
}

async function removeIfOrphan(deps: ReaperDeps, name: string): Promise<boolean> {
  const session = await deps.store.records.sessions.get(sessionIdIn(name));
  if (session === undefined) return await moveAside(deps, name);
  if (!isOrphan(deps, session, name)) return false;
  return await deps.whileFree(session.id, () => removeOrphan(deps, name));
}

function isOrphan({ worker }: ReaperDeps, session: Session, name: string): boolean {
  // A living session makes its folder anew or gives it to the reaper; one that was closed or reaped has none.
  const isLeft = session.state === 'reaped' || session.state === 'closed';
  return (
    isLeft &&
    worktreeOn(worker, session) !== name &&
    session.reap === undefined &&
    worktreeName(session) === name
  );
}

/** Read again: a run that ended only now may have gone on with it. */
async function removeOrphan(deps: ReaperDeps, name: string): Promise<boolean> {
  const session = await deps.store.records.sessions.get(sessionIdIn(name));
  if (session === undefined || !isOrphan(deps, session, name)) return false;
  const rescued = await rescue(deps, { ...session, worktree: { name, worker: deps.worker } });
  await deps.git.removeTree(join(deps.folders.worktrees, name));
  deps.log.warn('reaper.orphan_removed', { ...aboutSession(session), worktree: name, rescue: rescued?.file });
  return true;
}

/** The database knows nothing of it (an older one was put back): it is kept whole, out of the way. */
async function moveAside(deps: ReaperDeps, name: string): Promise<boolean> {
  const { rescue, worktrees } = deps.folders;
  const kept = await deps.git.setAside(join(worktrees, name), rescue, `${sessionIdIn(name)}-worktree`);
  deps.log.warn('reaper.orphan_kept', { worktree: name, rescue: kept });
  return true;
}

/** `…/14-ID` → `ID` */
function sessionIdIn(name: string): string {
  return name.slice(name.lastIndexOf('-') + 1);
}

/** FORGE/REPO_ID/NUMBER-SESSION_ID, as `worktreeName` makes them. */
async function worktreesIn(root: string): Promise<string[]> {
  const found: string[] = [];
  for (const forge of await foldersOf(root)) {
    for (const repo of await foldersOf(join(root, forge))) {
      const names = await foldersOf(join(root, forge, repo));
      found.push(
        ...names
          .filter((name) => /^(?:\d+|-[a-z0-9-]+)-\w+$/.test(name))
          .map((name) => `${forge}/${repo}/${name}`),
      );
    }
  }
  return found;
}

async function foldersOf(dir: string): Promise<string[]> {
  if (!existsSync(dir)) return [];
  const entries = await readdir(dir, { withFileTypes: true });
  return entries.flatMap((entry) => (entry.isDirectory() && !entry.name.startsWith('.') ? [entry.name] : []));
}
