// The end of a pull request: its session's tasks end and the reaper gets it. The state is read from the forge.
import { aboutTask } from '../domain/about.js';
import type { Actor, IssueRef } from '../domain/refs.js';
import { leaving, reopened } from '../domain/session-moves.js';
import { endTasksOf } from './queueing.js';
import type { Forge } from '../forges/forge.js';
import type { DeliveryOutcome } from '../store/inbox.js';
import type { WorkDeps } from './deps.js';
import { sessionOfPull } from './whose-session.js';

export type PullsDeps = Pick<WorkDeps, 'store' | 'log' | 'now' | 'wake'> & {
  readonly abortRun: (taskId: string, by: string) => void;
};

export async function pullEnded(
  deps: PullsDeps,
  forge: Forge,
  subject: IssueRef,
  actor: Actor,
): Promise<DeliveryOutcome> {
  // Deliveries come out of order: a pull request that was reopened since is not at its end.
  const pull = await forge.getPullRequest(subject);
  if (pull.state === 'open') return { result: 'ignored', note: 'the pull request is open by now' };
  const session = await sessionOfPull(deps.store, pull);
  if (session === undefined || session.state === 'reaped')
    return { result: 'ignored', note: 'no session owns this pull request' };
  const { state } = pull;
  const running = await deps.store.queue.ofIssue(session.issueKey, ['running']);
  const by = `the pull request was ${state}`;
  const stopped = await deps.store.transaction(async (tables) => {
    const tasks = await endTasksOf(tables, session.issueKey, by, deps.now());
    const ended = { number: subject.number, url: pull.url, state };
    await tables.records.sessions.move(session.id, (row) =>
      leaving(row, { reason: state, by: actor.login }, ended),
    );
    return tasks;
  });
  for (const task of running) deps.abortRun(task.id, by);
  for (const task of stopped) deps.log.info('task.stopped', { ...aboutTask(task), by });
  deps.wake();
  return { result: 'handled', note: `pull request ${state}: session ${session.id} goes to the reaper` };
}

export async function pullReopened(
  deps: PullsDeps,
  forge: Forge,
  subject: IssueRef,
): Promise<DeliveryOutcome> {
  const pull = await forge.getPullRequest(subject);
  const session = await sessionOfPull(deps.store, pull);
  if (session === undefined || session.state === 'reaped')
    return { result: 'ignored', note: 'no session owns this pull request' };
  if (pull.state !== 'open') return { result: 'ignored', note: 'the pull request is closed again by now' };
  const open = { number: subject.number, url: pull.url, state: pull.state };
  await deps.store.records.sessions.move(session.id, (row) => reopened(row, open));
  return { result: 'handled', note: `session ${session.id} lives again` };
}
