// stop: ends the running task and drops the queued ones of this issue. Worktree, branch and agent session stay.
import { enderOf } from '../domain/principal.js';
import { issueKeyOf } from '../domain/refs.js';
import { LIVE } from '../domain/task.js';
import { endTasksOf } from '../work/queueing.js';
import { livingSession } from './living-session.js';
import { answer, type Call, type Decision, type Verb, type VerbDeps } from './verb.js';

export const stop: Verb = {
  name: 'stop',
  usage: '',
  summary: 'Ends the running task and drops the waiting ones; worktree, branch and agent session stay.',
  audience: 'trigger',
  flags: [],
  about: 'subject',
  decide,
};

async function decide(deps: VerbDeps, call: Call): Promise<Decision> {
  const session = await livingSession(deps, call);
  const issueKey = session?.issueKey ?? issueKeyOf(call.subject);
  const live = await deps.store.queue.ofIssue(issueKey, LIVE);
  if (live.length === 0) return answer({ kind: 'nothing', code: 'nothing_to_stop' });
  const by = enderOf(call.actor);
  return {
    apply: async (tables) => {
      const stopped = await endTasksOf(tables, issueKey, by, deps.now());
      return { result: { kind: 'stopped', tasks: stopped.map(({ id }) => id) }, stopped };
    },
    after: () => {
      for (const task of live) deps.work.abortRun(task.id, by);
    },
  };
}
