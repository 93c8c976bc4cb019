// Unpushed work of a session, brought into the mirror before anything of it may be removed.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { hashRef } from '../domain/refs.js';
import { worktreeOn, type Session } from '../domain/session.js';
import { broughtOver } from '../domain/session-moves.js';
import { bringOver } from './bring-over.js';
import { RunFault, type WorkDeps } from './deps.js';

/**
 * The newest commit of the session that is not at the forge, now safe in the mirror; undefined when there is none.
 * Left-over changes in the worktree are committed on the way. Call only while no run of the session is active.
 */
export async function salvage(
  deps: WorkDeps,
  session: Session,
  signal?: AbortSignal,
): Promise<string | undefined> {
  const { branch, baseSha } = session;
  const worktree = worktreeOn(deps.worker, session);
  const known =
    session.headSha !== undefined && session.headSha !== session.pushedSha ? session.headSha : undefined;
  if (worktree === undefined || branch === undefined || baseSha === undefined) return known;
  const dir = join(deps.folders.worktrees, worktree);
  if (!existsSync(dir)) return known;
  const mirror = deps.git.mirror(session.subject.repo);
  const over = await bringOver(deps, {
    session: { ...session, baseSha, branch },
    workspace: { dir, mirror },
    runId: deps.newId(),
    message: `kugetsu: unfinished work on #${hashRef(session.subject)}`,
    signal,
  });
  if (!over.ok)
    throw new RunFault(
      'handover',
      `The work in the worktree could not be taken over: ${over.reason}`,
      'never',
    );
  // A worktree that stands at the base again says nothing about what was handed over before.
  if (over.tip === baseSha) return known;
  if (over.tip === session.pushedSha) return undefined;
  const { tip } = over;
  await deps.store.records.sessions.move(session.id, (row) => broughtOver(row, tip));
  return tip;
}

/** A hand-over takes seconds; what holds it back is something that an agent has left in its worktree. */
export const SALVAGE_MS = 60_000;

export interface SalvageDeps extends WorkDeps {
  /** Aborted by the end of the server. */
  readonly stopping: AbortSignal;
  readonly salvageMs: number;
}

/** `salvage` that ends after a while and with the server: what holds back one session must not hold back the others. */
export async function salvageInTime(deps: SalvageDeps, session: Session): Promise<string | undefined> {
  const { stopping, salvageMs } = deps;
  return await salvage(deps, session, AbortSignal.any([stopping, AbortSignal.timeout(salvageMs)]));
}

/**
 * `salvage` for a question that can be asked again: `stuck` where the worktree does not give its work away.
 * @throws what passes, and anything once the server stops
 */
export async function unpushedWorkOf(deps: SalvageDeps, session: Session): Promise<string | undefined> {
  try {
    return await salvageInTime(deps, session);
  } catch (error) {
    if (deps.stopping.aborted || !(error instanceof RunFault) || error.code !== 'handover') throw error;
    return 'stuck';
  }
}
