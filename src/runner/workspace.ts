// The place a run works in: mirror up to date, branch chosen, worktree checked out, private folders made.
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { branchName } from '../git/branch-name.js';
import type { SubjectRef } from '../domain/refs.js';
import { worktreeName, type Session, type SessionState } from '../domain/session.js';
import type { Task } from '../domain/task.js';
import type { Forge, Repo } from '../forges/forge.js';
import { writable } from '../forges/writable.js';
import { GitError, type Mirror } from '../git/git.js';
import type { SessionChange } from '../store/store.js';
import { orAborted } from './abort.js';
import { RunFault, type RunnerDeps } from './deps.js';
import { startAfresh } from './fresh.js';

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

export async function prepareWorkspace(deps: RunnerDeps, on: Preparation): Promise<Workspace> {
  const { task, session: stored, signal } = on;
  const forge = deps.forgeOf(stored.subject.repo.forge);
  if (forge === undefined)
    throw new RunFault('config', 'The forge of this issue is no longer in the config.', 'never');
  const repo = await orAborted(signal, writable(forge, stored.subject.repo));
  const mirror = deps.git.mirror(repo.ref);
  // A fetch goes on for whoever comes next; the mirror sees to it that there is one at a time.
  await orAborted(signal, fetchMirror(deps, forge, mirror, stored.subject));
  const fresh = task.options.fresh === true && task.attempts === 1;
  const session = fresh ? await startAfresh(deps, mirror, stored, signal) : stored;
  const based = await withBranches(deps, forge, repo, mirror, task, session);
  const { dir, note, change } = await checkOut(deps, forge, mirror, based);
  const ready = { ...based, ...change, worktree: dir.name };
  await deps.store.sessions.update(session.id, {
    ...changeOf(based),
    ...change,
    worktree: dir.name,
    state: 'running' satisfies SessionState,
  });
  const sessionDir = join(deps.folders.agents, session.id);
  await mkdir(sessionDir, { recursive: true, mode: 0o700 });
  const tmpDir = tmpDirOf(deps, on.runId);
  await mkdir(deps.folders.tmp, { recursive: true, mode: 0o700 });
  await mkdir(tmpDir, { mode: 0o700 });
  const close = () => deps.removeTmp(tmpDir);
  return { session: ready, forge, repo, mirror, dir: dir.path, sessionDir, tmpDir, note, close };
}

/** Named by the run, so that the next start finds what a killed server left. */
export function tmpDirOf(deps: Pick<RunnerDeps, 'folders'>, runId: string): string {
  return join(deps.folders.tmp, `kugetsu-run-${runId}`);
}

/** Git follows no redirect: a repository renamed between two questions is asked for under its new name, once. */
async function fetchMirror(
  deps: RunnerDeps,
  forge: Forge,
  mirror: Mirror,
  subject: SubjectRef,
): Promise<void> {
  try {
    await mirror.fetch(await deps.readAccess(forge, subject));
  } catch (error) {
    if (!(error instanceof GitError) || error.code !== 'not_found') throw error;
    await mirror.fetch(await deps.readAccess(forge, subject));
  }
}

type Based = Session & { readonly branch: string; readonly baseSha: string; readonly baseBranch: string };

function changeOf(session: Based): SessionChange {
  const { branch, baseBranch, baseSha, pushedSha, agentSessionId, headSha } = session;
  return { branch, baseBranch, baseSha, pushedSha, agentSessionId, headSha };
}

/** Which branch the work goes to and which commit it starts from; both are chosen once per session. */
async function withBranches(
  deps: RunnerDeps,
  forge: Forge,
  repo: Repo,
  mirror: Mirror,
  task: Task,
  session: Session,
): Promise<Based> {
  const { branch, baseSha } = session;
  if (!session.mayPush) {
    const pull = await forge.getPullRequest(session.subject);
    if (pull.head.repoPath !== repo.ref.path && deps.sandbox.kind === 'none') {
      // An agent may load plugins from what it reads (opencode does): a stranger's code would run as the server's user.
      const why =
        'A pull request from a fork is not checked out without a sandbox (`sandbox: { kind: bubblewrap }`).';
      throw new RunFault('sandbox', why, 'never');
    }
    return {
      ...session,
      branch: branch ?? `kugetsu/reads-${session.subject.number}`,
      baseBranch: pull.base.branch,
      baseSha: pull.head.sha,
    };
  }
  const baseBranch = session.baseBranch ?? task.options.base ?? repo.defaultBranch;
  const base = baseSha ?? (await mirror.branch(baseBranch));
  if (base === undefined) {
    throw new RunFault(
      'config',
      `There is no branch \`${baseBranch}\` at the forge to start from. Name another with \`--base\`.`,
      'never',
    );
  }
  return {
    ...session,
    baseBranch,
    baseSha: base,
    branch: branch ?? (await freeBranch(deps, repo, mirror, session)),
  };
}

const MOST_NAMES = 50;

/** The template's name, or the next one with a number: a branch that is at the forge already is never taken over. */
async function freeBranch(deps: RunnerDeps, repo: Repo, mirror: Mirror, session: Session): Promise<string> {
  const [owner = '', name = ''] = repo.ref.path.split('/');
  for (let n = 1; n <= MOST_NAMES; n += 1) {
    const candidate = branchName(
      deps.branchTemplate(),
      { ref: String(session.subject.number), owner, repo: name },
      n,
    );
    if ((await mirror.branch(candidate)) !== undefined) continue;
    const owned = await deps.store.sessions.byBranch(repo.ref, candidate);
    if (owned === undefined || owned.state === 'reaped' || owned.id === session.id) return candidate;
  }
  throw new RunFault(
    'worktree',
    `All ${MOST_NAMES} branch names for this issue are taken at the forge. Delete old ones there.`,
    'never',
  );
}

interface CheckedOut {
  readonly dir: { readonly name: string; readonly path: string };
  readonly note: string | undefined;
  readonly change: { headSha?: string | undefined; pushedSha?: string | undefined; baseSha?: string };
}

/** The worktree as it is, or a new one; where somebody else moved the branch at the forge, theirs is the truth. */
async function checkOut(deps: RunnerDeps, forge: Forge, mirror: Mirror, session: Based): Promise<CheckedOut> {
  const name = session.worktree ?? worktreeName(session);
  const dir = { name, path: join(deps.folders.worktrees, name) };
  const remote = session.mayPush ? await mirror.branch(session.branch) : undefined;
  const moved = remote !== undefined && remote !== session.pushedSha && remote !== session.headSha;
  if (!moved && session.worktree !== undefined && existsSync(dir.path))
    return { dir, note: undefined, change: {} };
  const sha = moved ? remote : (session.headSha ?? session.baseSha);
  // A half-made one of a crashed run, or one that is out of date: what was worth keeping of it is in the mirror.
  await deps.git.removeTree(dir.path);
  await mirror.addWorktree({
    dir: dir.path,
    branch: session.branch,
    sha,
    identity: await deps.identityOf(forge),
  });
  if (!moved) return { dir, note: undefined, change: {} };
  const descends = await mirror.isAncestor(session.baseSha, remote);
  const left =
    session.headSha !== undefined && session.headSha !== session.pushedSha ? session.headSha : undefined;
  const mine =
    left === undefined
      ? ''
      : ` Your own unpushed work ended at ${left}; take what is still wanted with git cherry-pick.`;
  return {
    dir,
    note: `Somebody else pushed to ${session.branch}: the worktree now stands at their commit ${remote}.${mine}`,
    change: { headSha: remote, pushedSha: remote, ...(!descends && { baseSha: remote }) },
  };
}
