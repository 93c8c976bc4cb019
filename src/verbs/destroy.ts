// destroy: reaps this issue now. Without --force it refuses while its pull request is open or work is unpushed.
import type { Session } from '../domain/session.js';
import { leaving } from '../domain/session-moves.js';
import { listed } from '../text/amounts.js';
import { LIVE } from '../domain/task.js';
import { replies } from '../words/replies.js';
import { livingSession } from './living-session.js';
import { wordOf, type Ask, type Decision, type Verb, type VerbDeps } from './verb.js';
import { endTasksOf } from '../work/queueing.js';

export const destroy: Verb = {
  name: 'destroy',
  usage: '',
  summary: 'Removes worktree, local branch and agent session now; `--force` rescues unpushed work first.',
  audience: 'trigger',
  flags: [{ name: 'force' }],
  decide,
};

async function decide(deps: VerbDeps, ask: Ask): Promise<Decision> {
  const session = await livingSession(deps, ask);
  if (session === undefined)
    return { result: 'nothing', note: 'nothing to destroy', reply: replies.nothingToDestroy() };
  if (ask.flags['force'] !== true) {
    const reason = await whyNot(deps, session, ask);
    if (reason !== undefined) {
      return {
        result: 'refused',
        note: `refused: ${reason}`,
        reply: replies.notDestroyed(wordOf(deps), reason),
      };
    }
  }
  const running = await deps.store.queue.ofIssue(session.issueKey, ['running']);
  return {
    result: 'handled',
    note: `session ${session.id} goes to the reaper`,
    apply: async (tables) => {
      const stopped = await endTasksOf(tables, session.issueKey, ask.actor.login, deps.now());
      const request = { reason: 'destroy', by: ask.actor.login } as const;
      await tables.records.sessions.move(session.id, (row) => leaving(row, request));
      return { stopped };
    },
    after: () => {
      for (const task of running) deps.work.abortRun(task.id, ask.actor.login);
      deps.wake();
    },
  };
}

async function whyNot(deps: VerbDeps, session: Session, ask: Ask): Promise<string | undefined> {
  const live = await deps.store.queue.ofIssue(session.issueKey, LIVE);
  if (live.length > 0)
    return `${listed(live.map((task) => task.id))} ${live.length === 1 ? 'is' : 'are'} not finished (\`${wordOf(deps)} stop\` ends it)`;
  if (session.pull !== undefined) {
    const pull = await ask.forge.getPullRequest({ repo: session.subject.repo, number: session.pull.number });
    if (pull.state === 'open') return `its pull request #${session.pull.number} is open`;
  }
  const unpushed = await deps.work.unpushedWork(session);
  if (unpushed === 'stuck')
    return 'the work in its worktree cannot be taken over, so it is not known what is unpushed';
  return unpushed === undefined ? undefined : `there is unpushed work (\`${unpushed.slice(0, 10)}\`)`;
}
