// The place a run works in: mirror up to date, branch chosen, worktree checked out, private folders made.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Session, SessionState } from '../domain/session.js';
import type { Task } from '../domain/task.js';
import type { Forge, Repo } from '../forges/forge.js';
import { writable } from '../forges/writable.js';
import type { Mirror } from '../git/git.js';
import type { SessionChange } from '../store/store.js';
import { orAborted } from './abort.js';
import { RunFault, type WorkDeps } from './deps.js';
import { checkOut, type Based } from './check-out.js';
import { upToDate, type Place } from './forge-branch.js';
import { startAfresh } from './fresh.js';
import { withBranches } from './branches.js';

export interface Workspace {
  /** As stored after preparation: branch, base and worktree are known. */
  readonly session: Session & { readonly branch: string; readonly baseSha: string };
  readonly forge: Forge;
  readonly repo: Repo;
  readonly mirror: Mirror;
  readonly dir: string;
  readonly sessionDir: string;
  readonly tmpDir: string;
  /** Something the agent should know: somebody else moved the branch, or the worktree is new. */
  readonly note: string | undefined;
  /** Removes what lives as long as the run. Never throws. */
  close(): Promise<void>;
}

export interface Preparation {
  readonly task: Task;
  readonly session: Session;
  readonly runId: string;
  readonly signal: AbortSignal;
}

export async function prepareWorkspace(deps: WorkDeps, on: Preparation): Promise<Workspace> {
  const { task, session: stored, signal } = on;
  const { subject } = stored;
  const forge = deps.forges.get(subject.repo.forge);
  if (forge === undefined)
    throw new RunFault('config', 'The forge of this issue is no longer in the config.', 'never');
  const repo = await orAborted(signal, writable(forge, subject.repo));
  const mirror = deps.git.mirror(repo.ref);
  const place: Place = { forge, mirror, subject, signal, notes: [] };
  const found = await upToDate(deps, place, stored.id);
  signal.throwIfAborted();
  const fresh = task.options.fresh === true && task.attempts === 1;
  const session = fresh ? await startAfresh(deps, place, found) : found;
  const based = await withBranches(deps, { forge, repo, mirror, task, session });
  const dir = await checkOut(deps, place, based);
  const ready = { ...based, worktree: dir.name };
  await deps.store.sessions.update(session.id, {
    ...decided(session, based),
    ...noticed(task, session, place.notes),
    worktree: dir.name,
    state: 'running' satisfies SessionState,
  });
  const sessionDir = join(deps.folders.agents, session.id);
  await mkdir(sessionDir, { recursive: true, mode: 0o700 });
  const tmpDir = tmpDirOf(deps, on.runId);
  await mkdir(deps.folders.tmp, { recursive: true, mode: 0o700 });
  await mkdir(tmpDir, { mode: 0o700 });
  const close = () => deps.removeTmp(tmpDir);
  const note = place.notes.length === 0 ? undefined : place.notes.join(' ');
  return { session: ready, forge, repo, mirror, dir: dir.path, sessionDir, tmpDir, note, close };
}

/** Only what was decided here: while a run is prepared, the outbox may push an earlier turn and store where to. */
function decided(session: Session, based: Based): SessionChange {
  const { branch, baseBranch, baseSha } = based;
  return {
    ...(session.branch === undefined && { branch }),
    ...(session.baseBranch !== baseBranch && { baseBranch }),
    ...(session.baseSha !== baseSha && { baseSha }),
  };
}

/** A later attempt of the same task adds to what the earlier ones found. */
function noticed(task: Task, session: Session, notes: readonly string[]): SessionChange {
  const { notice } = session;
  const isMine = notice !== undefined && [task.id, undefined].includes(notice.taskId);
  const earlier = isMine ? [notice.text] : [];
  const text = [...earlier, ...notes].join(' ');
  return text === '' ? {} : { notice: { taskId: task.id, text } };
}

/** Named by the run, so that the next start finds what a killed server left. */
export function tmpDirOf(deps: Pick<WorkDeps, 'folders'>, runId: string): string {
  return join(deps.folders.tmp, `kugetsu-run-${runId}`);
}
