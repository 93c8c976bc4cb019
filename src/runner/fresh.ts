// `start --fresh` on a living session: what is there is rescued, then the session begins again with nothing.
import { join } from 'node:path';
import type { Session } from '../domain/session.js';
import type { Mirror } from '../git/git.js';
import type { RunnerDeps } from './deps.js';
import { salvage } from './salvage.js';

export async function startAfresh(
  deps: RunnerDeps,
  mirror: Mirror,
  session: Session,
  signal: AbortSignal,
): Promise<Session> {
  const kept = await salvage(deps, session, signal);
  if (kept !== undefined && session.baseSha !== undefined) {
    const name = `${session.id}-${session.turns}`;
    const bundleFile = join(deps.folders.rescue, `${name}.bundle`);
    await mirror.rescue({ name, sha: kept, base: session.baseSha, bundleFile });
    deps.log.info('session.rescued', { session: session.id, sha: kept, bundleFile });
  }
  if (session.worktree !== undefined)
    await deps.git.removeTree(join(deps.folders.worktrees, session.worktree));
  await deps.removeHome(join(deps.folders.agents, session.id));
  // The branch and its pull request stay: the new work replaces the old there, under the lease.
  const cleared = {
    agentSessionId: undefined,
    headSha: undefined,
    baseSha: undefined,
    worktree: undefined,
    summary: undefined,
  };
  await deps.store.sessions.update(session.id, cleared);
  return { ...session, ...cleared };
}
