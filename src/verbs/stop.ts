// stop: ends the running task and drops the queued ones of this issue. Worktree, branch and agent session stay.
import { issueKeyOf } from '../domain/refs.js';
import { LIVE, QUEUED } from '../domain/task.js';
import { replies } from '../words/replies.js';
import { livingSession } from './living-session.js';
import type { Ask, Decision, Verb, VerbDeps } from './verb.js';
import { endTasksOf } from '../work/queueing.js';

export const stop: Verb = {
  name: 'stop',
  usage: '',
  summary: 'Ends the running task and drops the waiting ones; worktree, branch and agent session stay.',
  audience: 'trigger',
  flags: [],
  decide,
};

async function decide(deps: VerbDeps, ask: Ask): Promise<Decision> {
  const session = await livingSession(deps, ask);
  const issueKey = session?.issueKey ?? issueKeyOf(ask.subject);
  const live = await deps.store.queue.ofIssue(issueKey, LIVE);
  if (live.length === 0) {
    return {
      result: 'nothing',
      note: 'nothing to stop',
      reply: replies.nothingToStop(),
    };
  }
  const running = live.filter((task) => task.state === 'running');
  const queued = live.filter((task) => QUEUED.includes(task.state));
  return {
    result: 'stopped',
    note: `stopped ${running.length} running and ${queued.length} queued`,
    apply: async (tables) => ({
      stopped: await endTasksOf(tables, issueKey, ask.actor.login, deps.now()),
    }),
    after: () => {
      for (const task of running) deps.work.abortRun(task.id, ask.actor.login);
    },
  };
}
