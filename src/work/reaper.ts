// Removes what is no longer needed of a session: worktree, local branch, private home. What is unpushed is rescued first.
import { aboutSession } from '../domain/about.js';
import { join } from 'node:path';
import { createOrphanRemover } from './orphans.js';
import { forgetRefs, rescue } from './rescue.js';
import { replyTo } from '../domain/order.js';
import { isNumbered } from '../domain/refs.js';
import { worktreeName, worktreeOn, type ReapRequest, type Session } from '../domain/session.js';
import { removed } from '../domain/session-moves.js';
import type { Rescued } from '../domain/rescue.js';
import { removedInWords } from '../words/rescued.js';
import { isForgeAway } from '../forges/passing.js';
import { placeOrder } from '../store/place-order.js';
import type { SalvageDeps } from './salvage.js';
import { describeError } from '../support/errors.js';

export interface ReaperDeps extends SalvageDeps {
  /** Does it while no run of the session is active, and none begins. */
  readonly whileFree: <T>(sessionId: string, work: () => Promise<T>) => Promise<T>;
}

/** What could not be removed is tried again after this long. */
const AGAIN_MS = 60_000;

/** One step: true when a session was taken. */
export function createReaper(deps: ReaperDeps): { step: () => Promise<boolean> } {
  const notBefore = new Map<string, number>();
  const removeOrphans = createOrphanRemover(deps);
  return {
    async step() {
      let reaped = false;
      for (const session of await deps.store.records.sessions.toReap()) {
        if ((notBefore.get(session.id) ?? 0) > deps.now()) continue;
        try {
          await deps.whileFree(session.id, () => reap(deps, session));
          reaped = true;
        } catch (error) {
          if (deps.stopping.aborted) return reaped;
          notBefore.set(session.id, deps.now() + AGAIN_MS);
          const about = { ...aboutSession(session), why: describeError(error) };
          if (isForgeAway(error)) deps.log.warn('reaper.waits', about);
          else deps.log.error('reaper.failed', { ...about, error });
        }
      }
      return (await removeOrphans()) || reaped;
    },
  };
}

async function reap(deps: ReaperDeps, { id }: Session): Promise<void> {
  // Read again: the run that ended only now may have made its worktree since, and a reopened pull request takes the request back.
  const session = await deps.store.records.sessions.get(id);
  if (session?.reap === undefined) return;
  const { worker } = deps;
  const worktree = worktreeOn(worker, session) ?? worktreeName(session);
  const where = await rescue(deps, { ...session, worktree: { name: worktree, worker } });
  await removeAll(deps, session, worktree);
  await finish(deps, session, session.reap, where);
  deps.log.info('session.reaped', {
    ...aboutSession(session),
    reason: session.reap.reason,
    rescue: where?.file,
  });
  deps.wake();
}

async function removeAll(deps: ReaperDeps, session: Session, worktree: string): Promise<void> {
  await deps.git.removeTree(join(deps.folders.worktrees, worktree));
  await deps.removeHome(join(deps.folders.agents, session.id));
  await forgetRefs(deps, session);
}

async function finish(
  deps: ReaperDeps,
  session: Session,
  { reason }: ReapRequest,
  where: Rescued | undefined,
): Promise<void> {
  await deps.store.transaction(async (tables) => {
    await tables.records.sessions.move(session.id, (row) => removed(row, { reason, rescued: where }));
    // Closed: it is rescued always, and `continue` goes on from there. Merged: what was not in it would be missed.
    if (reason !== 'destroy' && (reason !== 'merged' || where === undefined)) return;
    const { subject } = session;
    if (!isNumbered(subject)) return;
    const key = `reaped:${session.id}:${session.turns}`;
    const order = replyTo(subject, { key, body: removedInWords(where) });
    await placeOrder(tables, order, { now: deps.now() });
  });
}
