// destroy: reaps this issue now. Without --force it refuses while its pull request is open or work is unpushed.
import { enderOf } from '../domain/principal.js';
import type { Refusal } from '../domain/result.js';
import type { Session } from '../domain/session.js';
import { leaving } from '../domain/session-moves.js';
import { LIVE } from '../domain/task.js';
import { endTasksOf } from '../work/queueing.js';
import { livingSession } from './living-session.js';
import { answer, refuse, type Call, type Decision, type Verb, type VerbDeps } from './verb.js';

export const destroy: Verb = {
  name: 'destroy',
  usage: '',
  summary: 'Removes worktree, local branch and agent session now; `--force` rescues unpushed work first.',
  audience: 'trigger',
  flags: [{ name: 'force' }],
  about: 'subject',
  notThrough: { label: 'a label is set by a slip of the hand, and this removes things' },
  decide,
};

async function decide(deps: VerbDeps, call: Call): Promise<Decision> {
  const session = await livingSession(deps, call);
  if (session === undefined) return answer({ kind: 'nothing', code: 'nothing_to_destroy' });
  if (call.flags['force'] !== true) {
    const refusal = await whyNot(deps, session, call);
    if (refusal !== undefined) return refuse(refusal);
  }
  const running = await deps.store.queue.ofIssue(session.issueKey, ['running']);
  const by = enderOf(call.actor);
  return {
    apply: async (tables) => {
      const stopped = await endTasksOf(tables, session.issueKey, by, deps.now());
      await tables.records.sessions.move(session.id, (row) => leaving(row, { reason: 'destroy', by }));
      const tasks = stopped.map(({ id }) => id);
      return { result: { kind: 'leaving', session: session.id, tasks }, stopped };
    },
    after: () => {
      for (const task of running) deps.work.abortRun(task.id, by);
    },
  };
}

async function whyNot(deps: VerbDeps, session: Session, call: Call): Promise<Refusal | undefined> {
  const live = await deps.store.queue.ofIssue(session.issueKey, LIVE);
  if (live.length > 0) return { code: 'tasks_live', tasks: live.map((task) => task.id) };
  if (session.pull !== undefined) {
    const { number } = session.pull;
    const pull = await call.forge.getPullRequest({ repo: session.subject.repo, number });
    if (pull.state === 'open') return { code: 'pull_open', pull: number };
  }
  const unpushed = await deps.work.unpushedWork(session);
  if (unpushed === 'stuck') return { code: 'stuck' };
  return unpushed === undefined ? undefined : { code: 'unpushed', commit: unpushed };
}
