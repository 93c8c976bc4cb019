// Brings finished work to the forge: push of one sha to the session's own branch, then the pull request. Safe to repeat.
import type { OrderOf } from '../domain/order.js';
import { hashRef, isNumbered } from '../domain/refs.js';
import type { BranchedSession, Session } from '../domain/session.js';
import { pullKnown } from '../domain/session-moves.js';
import type { Task } from '../domain/task.js';
import type { PullRequest } from '../domain/event.js';
import { ForgeError, type Forge, type Repo } from '../forges/forge.js';
import { writable } from '../forges/writable.js';
import { passingOf } from '../forges/passing.js';
import type { Mirror } from '../git/git.js';
import { askForFinal, askForReport, endUnpublished } from './queueing.js';
import type { WorkDeps } from './deps.js';
import { withCare } from './mirror-care.js';
import { renderPull } from '../words/pull.js';
import { withEvidence } from '../words/pull-evidence.js';
import { pushWork } from './push-work.js';

/** Throws `ForgeError` or `GitError` where another try may help; every other end is stored as the task's outcome. */
export async function publish(deps: WorkDeps, order: OrderOf<'publish'>): Promise<void> {
  const task = await deps.store.queue.get(order.taskId);
  const session = await deps.store.records.sessions.get(order.sessionId);
  if (
    task === undefined ||
    session === undefined ||
    session.branch === undefined ||
    session.baseBranch === undefined
  ) {
    throw new Error(`publish: task ${order.taskId} has no session with a branch`);
  }
  const forge = deps.forges.get(session.subject.repo.forge);
  if (forge === undefined)
    return await fail(deps, task, 'The forge of this issue is no longer in the config.');
  const repo = await writable(forge, session.subject.repo);
  const mirror = deps.git.mirror(repo.ref);
  const push = { forge, repo, mirror, session, tip: order.tip };
  const pushed = await withCare(deps, { forge, mirror, subject: session.subject }, () =>
    pushWork(deps, push),
  );
  if (!pushed.ok) return await fail(deps, task, pushed.message);
  const pull = await findOrCreate(deps, { forge, repo, mirror, task, session: pushed.session, order });
  if (typeof pull === 'string') return await fail(deps, task, pull);
  await deps.store.transaction(async (tables) => {
    const { url, state, subject } = pull;
    await tables.records.sessions.move(session.id, (row) =>
      pullKnown(row, { number: subject.number, url, state }),
    );
    await askForReport(tables, task, deps.now());
    await askForFinal(tables, task, deps.now());
  });
}

interface Pull {
  readonly forge: Forge;
  readonly repo: Repo;
  readonly mirror: Mirror;
  readonly task: Task;
  readonly session: BranchedSession;
  readonly order: OrderOf<'publish'>;
}

/** An open one is found by head branch and marker; a text in return says why there is none. */
async function findOrCreate(deps: WorkDeps, on: Pull): Promise<PullRequest | string> {
  const { forge, repo, session, order } = on;
  const open = await openPull(deps, on);
  if (open !== undefined) {
    await renewEvidence(deps, on, open);
    return open;
  }
  const { title, body } = await render(deps, on);
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
    const there = (await openPull(deps, on)) ?? (await mergedPull(on));
    return (
      there ??
      `The branch \`${session.branch}\` is pushed, but the forge did not take the pull request: ${error.message}`
    );
  }
}

/** It speaks of the commit that is at the forge now; what people wrote around it stays. */
async function renewEvidence(deps: WorkDeps, on: Pull, pull: PullRequest): Promise<void> {
  const { forge, session } = on;
  if (!(await isOurs(deps, forge, session, pull))) return;
  const body = withEvidence(pull.body, (await render(deps, on)).evidence, forge.maxBodyChars);
  if (body === undefined) return;
  try {
    await forge.editPullRequest(pull.subject, { body });
  } catch (error) {
    if (!(error instanceof ForgeError) || passingOf(error) !== undefined) throw error;
    deps.log.warn('pull.evidence_not_renewed', { session: session.id, why: error.message });
  }
}

async function render(deps: WorkDeps, { forge, mirror, session, order, task }: Pull) {
  const tip = session.pushedSha ?? order.tip;
  const { marker, foreign } = deps;
  return renderPull({
    subject: session.subject,
    // As it was when the command was accepted.
    subjectTitle: task.snapshot?.title ?? titleOf(session),
    summary: task.outcome?.kind === 'done' ? task.outcome.summary : '',
    received: await mirror.describe(session.baseSha ?? tip, tip),
    runs: await deps.store.records.runs.ofTask(task.id),
    marker: marker.make('pull', session.id, session.subject),
    maxBodyChars: forge.maxBodyChars,
    foreign,
  });
}

/** Where the issue was not read: a discussion has no title, and versions before snapshots stored none. */
function titleOf({ subject }: Session): string {
  return isNumbered(subject) ? `Issue ${subject.number}` : `Discussion ${hashRef(subject)}`;
}

/** Made by our account, with a marker of ours. */
async function isOurs(deps: WorkDeps, forge: Forge, session: Session, pull: PullRequest): Promise<boolean> {
  const isMarked = deps.marker.isIn(pull.body, 'pull', session.id, session.subject);
  return isMarked && pull.author.id === (await forge.self()).id;
}

async function openPull(deps: WorkDeps, { forge, repo, session }: Pull): Promise<PullRequest | undefined> {
  const pulls = await forge.findPullRequests(repo.ref, session.branch);
  const open = pulls.filter((pull) => pull.state === 'open');
  const bound = open.find((pull) => pull.subject.number === session.pull?.number);
  if (bound !== undefined) return bound;
  for (const pull of open) if (await isOurs(deps, forge, session, pull)) return pull;
  // One that a person opened from our branch by hand does the job as well.
  return open[0];
}

/** Merged between our push and the look for it, its branch perhaps deleted: the work has arrived. */
async function mergedPull({ forge, repo, session, order }: Pull): Promise<PullRequest | undefined> {
  if (session.pull === undefined) return undefined;
  const pull = await forge.getPullRequest({ repo: repo.ref, number: session.pull.number });
  return pull.state === 'merged' && pull.head.sha === (session.pushedSha ?? order.tip) ? pull : undefined;
}

async function fail(deps: WorkDeps, task: Task, message: string): Promise<void> {
  await deps.store.transaction((tables) => endUnpublished(tables, task, message, deps.now()));
}
