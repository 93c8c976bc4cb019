// The place a run works in: mirror up to date, branch chosen, worktree checked out, private folders made.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { PreparedSession, Session } from '../domain/session.js';
import { noticed, prepared } from '../domain/session-moves.js';
import type { Task } from '../domain/task.js';
import type { Forge, Repo } from '../forges/forge.js';
import { writable } from '../forges/writable.js';
import type { Mirror } from '../git/git.js';
import { orAborted } from './abort.js';
import { RunFault, type WorkDeps } from './deps.js';
import { checkOut } from './check-out.js';
import { upToDate, type Place } from './forge-branch.js';
import { startAfresh } from './fresh.js';
import { chooseBranches } from './branches.js';

export interface Workspace {
  readonly session: PreparedSession;
  readonly forge: Forge;
  readonly repo: Repo;
  readonly mirror: Mirror;
  readonly dir: string;
  readonly sessionDir: string;
  readonly tmpDir: string;
  /** Something the agent should know: somebody else moved the branch, or the worktree is new. Else empty. */
  readonly note: string;
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
  const before = fresh ? await startAfresh(deps, place, found) : found;
  const branches = await chooseBranches(deps, { forge, repo, mirror, task, session: before });
  const dir = await checkOut(deps, place, { session: before, branches });
  const ready = { branches, worktree: { name: dir.name, worker: deps.worker } };
  const note = place.notes.join(' ');
  const notice = { taskId: task.id, text: note };
  // On the row as it is now: while a run is prepared, the outbox may push an earlier turn and store where to.
  const { sessions } = deps.store.records;
  const session = await sessions.move(before.id, (row) => prepared(noticed(row, notice), ready));
  const sessionDir = join(deps.folders.agents, session.id);
  await mkdir(sessionDir, { recursive: true, mode: 0o700 });
  const tmpDir = tmpDirOf(deps, on.runId);
  await mkdir(deps.folders.tmp, { recursive: true, mode: 0o700 });
  await mkdir(tmpDir, { mode: 0o700 });
  const close = () => deps.removeTmp(tmpDir);
  return { session, forge, repo, mirror, dir: dir.path, sessionDir, tmpDir, note, close };
}

/** Named by the run, so that the next start finds what a killed server left. */
export function tmpDirOf(deps: Pick<WorkDeps, 'folders'>, runId: string): string {
  return join(deps.folders.tmp, `kugetsu-run-${runId}`);
}
