// `start --fresh` on a living session: what is there is rescued, then the session begins again with nothing.
import { join } from 'node:path';
import type { Session } from '../domain/session.js';
import { begunAfresh } from '../domain/session-moves.js';
import type { WorkDeps } from './deps.js';
import type { Place } from './forge-branch.js';
import { rescueCommit, takeAwayWorktree } from './set-aside.js';

/** What was pushed is rescued too: the new work takes its place at the forge, and there nothing else may hold it. */
export async function startAfresh(deps: WorkDeps, place: Place, session: Session): Promise<Session> {
  const moved = await takeAwayWorktree(deps, session, place.signal);
  const { headSha } = (await deps.store.records.sessions.get(session.id)) ?? session;
  if (headSha !== undefined && headSha !== session.baseSha) {
    const kept = await rescueCommit(deps, session, headSha);
    place.notes.push(`The work before this fresh start ended at ${kept.sha} and is kept as ${kept.name}.`);
  }
  place.notes.push(...moved);
  await deps.removeHome(join(deps.folders.agents, session.id));
  return await deps.store.records.sessions.move(session.id, begunAfresh);
}
