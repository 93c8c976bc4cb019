// Brings finished work to the forge: push of one sha to the session's own branch, then the pull request. Safe to repeat.
import type { Session } from '../domain/session.js';
import type { Task, TaskOutcome } from '../domain/task.js';
import type { PullRequest } from '../domain/event.js';
import { ForgeError, type Forge, type Repo } from '../forges/forge.js';
import { writable } from '../forges/writable.js';
import { passingOf } from '../forges/passing.js';
import { GitError, type Mirror, type PushResult, type Received } from '../git/git.js';
import { branchName } from '../git/branch-name.js';
import { askForFinal, askForReport } from '../store/queueing.js';
import type { RunnerDeps } from './deps.js';

export interface PublishDeps extends RunnerDeps {
  /** Title, body and marker of the pull request (pure). */
  readonly renderPull: (on: {
    task: Task;
    session: Session;
    tip: string;
    /** Of the issue, as it was when the command was accepted. */
    title: string;
    received: Received;
  }) => Promise<{ title: string; body: string }>;
  /** Is this pull request ours: made by our account with a marker of ours? */
  readonly isOurs: (forge: Forge, session: Session, pull: PullRequest) => Promise<boolean>;
}

export interface PublishOrder {
  readonly taskId: string;
  readonly sessionId: string;
  readonly tip: string;
  readonly draft: boolean;
}

/** Throws `ForgeError` or `GitError` where another try may help; every other end is stored as the task's outcome. */
export async function publish(deps: PublishDeps, order: PublishOrder): Promise<void> {
  const task = await deps.store.tasks.get(order.taskId);
  const session = await deps.store.sessions.get(order.sessionId);
  if (
    task === undefined ||
    session === undefined ||
    session.branch === undefined ||
    session.baseBranch === undefined
  ) {
    throw new Error(`publish: task ${order.taskId} has no session with a branch`);
  }
  const forge = deps.forgeOf(session.subject.repo.forge);
  if (forge === undefined)
    return await fail(deps, task, 'The forge of this issue is no longer in the config.');
  const repo = await writable(forge, session.subject.repo);
  const mirror = deps.git.mirror(repo.ref);
  const pushed = await pushToOwnBranch(deps, { forge, repo, mirror, session, tip: order.tip });
  if (!pushed.ok) return await fail(deps, task, pushed.message);
  const pull = await findOrCreate(deps, { forge, repo, mirror, task, session: pushed.session, order });
  if (typeof pull === 'string') return await fail(deps, task, pull);
  await deps.store.transaction(async (tables) => {
    const { number } = pull.subject;
    await tables.sessions.update(session.id, { pull: { number, url: pull.url, state: pull.state } });
    await askForReport(tables, task, deps.now());
    await askForFinal(tables, task, deps.now());
  });
}

interface Push {
  readonly forge: Forge;
  readonly repo: Repo;
  readonly mirror: Mirror;
  readonly session: Session;
  readonly tip: string;
}

type Pushed =
  | { readonly ok: true; readonly session: Session & { branch: string } }
  | { readonly ok: false; readonly message: string };

const MOST_NAMES = 20;

async function pushToOwnBranch(deps: PublishDeps, on: Push): Promise<Pushed> {
  const { forge, repo, mirror, tip } = on;
  const access = await forge.gitAccess(repo.ref, 'write');
  let branch = on.session.branch ?? '';
  for (let n = 2; ; n += 1) {
    const result = await mirror.push({ access, sha: tip, branch, expected: on.session.pushedSha });
    if (result.ok) {
      const session = { ...on.session, branch, pushedSha: tip };
      await deps.store.sessions.update(session.id, { branch, pushedSha: tip });
      return { ok: true, session };
    }
    // A first push met a branch of that name which is not ours: the next free name is used.
    const taken = result.cause === 'stale' && on.session.pushedSha === undefined;
    if (!taken || n > MOST_NAMES) return { ok: false, message: whyNotPushed(result, branch) };
    const [owner = '', name = ''] = repo.ref.path.split('/');
    branch = branchName(
      deps.branchTemplate(),
      { ref: String(on.session.subject.number), owner, repo: name },
      n,
    );
  }
}

function whyNotPushed(result: Extract<PushResult, { ok: false }>, branch: string): string {
  switch (result.cause) {
    case 'unavailable':
    case 'auth':
    case 'archived':
      throw new GitError(result.cause, `cannot push to ${branch}: ${result.message}`);
    case 'stale':
      return `Somebody else pushed to \`${branch}\` meanwhile, so nothing was overwritten. \`continue\` takes their commits in and goes on.`;
    case 'refused':
      return `The forge refused the push to \`${branch}\`: ${result.message}`;
    case 'forbidden':
      return `The forge did not accept kugetsu's token for a push to \`${branch}\`: ${result.message}. It needs write permission on the repository's contents.`;
  }
}

interface Pull {
  readonly forge: Forge;
  readonly repo: Repo;
  readonly mirror: Mirror;
  readonly task: Task;
  readonly session: Session & { readonly branch: string };
  readonly order: PublishOrder;
}

/** An open one is found by head branch and marker; a text in return says why there is none. */
async function findOrCreate(deps: PublishDeps, on: Pull): Promise<PullRequest | string> {
  const { forge, repo, session, order } = on;
  const open = await openPull(deps, on);
  if (open !== undefined) return open;
  const received = await on.mirror.describe(session.baseSha ?? order.tip, order.tip);
  const issueTitle = on.task.snapshot?.title ?? `Issue ${session.subject.number}`;
  const { title, body } = await deps.renderPull({
    task: on.task,
    session,
    tip: order.tip,
    title: issueTitle,
    received,
  });
  const base = session.baseBranch ?? repo.defaultBranch;
  try {
    const made = await forge.createPullRequest(repo.ref, {
      head: session.branch,
      base,
      title,
      body,
      draft: order.draft,
    });
    return made.pull;
  } catch (error) {
    if (!(error instanceof ForgeError) || passingOf(error) !== undefined) throw error;
    // Answered late or twice: it may be there all the same.
    const there = await openPull(deps, on);
    return (
      there ??
      `The branch \`${session.branch}\` is pushed, but the forge did not take the pull request: ${error.message}`
    );
  }
}

async function openPull(deps: PublishDeps, { forge, repo, session }: Pull): Promise<PullRequest | undefined> {
  const pulls = await forge.findPullRequests(repo.ref, session.branch);
  const open = pulls.filter((pull) => pull.state === 'open');
  const bound = open.find((pull) => pull.subject.number === session.pull?.number);
  if (bound !== undefined) return bound;
  for (const pull of open) if (await deps.isOurs(forge, session, pull)) return pull;
  // One that a person opened from our branch by hand does the job as well.
  return open[0];
}

async function fail(deps: PublishDeps, task: Task, message: string): Promise<void> {
  const outcome: TaskOutcome = { kind: 'failed', cause: 'push', message };
  await deps.store.transaction(async (tables) => {
    await tables.tasks.changeOutcome(task.id, outcome);
    await askForReport(tables, task, deps.now());
    await askForFinal(tables, task, deps.now());
  });
}
