// retry: the last failed task of this issue once more, in the same session.
import { issueKeyOf } from '../domain/refs.js';
import { LIVE } from '../domain/task.js';
import { replies } from '../words/replies.js';
import { livingSession } from './living-session.js';
import { readIssue } from './read-issue.js';
import { wordOf, type Ask, type Decision, type Verb, type VerbDeps } from './verb.js';
import { FOLLOW_UP_PRIORITY, queueTask } from '../work/queueing.js';

export const retry: Verb = {
  name: 'retry',
  usage: '',
  summary: 'Queues the last failed or stopped task again, with the same message.',
  audience: 'trigger',
  flags: [],
  decide,
};

async function decide(deps: VerbDeps, ask: Ask): Promise<Decision> {
  const session = await livingSession(deps, ask);
  const tasks = await deps.store.queue.ofIssue(session?.issueKey ?? issueKeyOf(ask.subject), [
    'failed',
    'cancelled',
    'reporting',
    'done',
    'needs_input',
    ...LIVE,
  ]);
  const last = tasks.at(-1);
  if (last !== undefined && LIVE.includes(last.state)) {
    return {
      result: 'refused',
      note: 'refused: a task is live',
      reply: replies.stillUnderWay(last.id),
    };
  }
  const ended = last?.outcome?.kind;
  if (session === undefined || last === undefined || (ended !== 'failed' && ended !== 'cancelled')) {
    return {
      result: 'refused',
      note: 'refused: no failed task',
      reply: replies.nothingFailed(wordOf(deps)),
    };
  }
  const { snapshot } = await readIssue(deps, ask, session);
  return {
    result: 'queued',
    note: `queued ${last.id} again`,
    apply: async (tables) => {
      const { message, options } = last;
      const task = {
        session,
        verb: 'retry',
        message,
        options,
        snapshot,
        priority: FOLLOW_UP_PRIORITY,
      } as const;
      return { queued: [await queueTask(tables, ask, task, deps.now())] };
    },
  };
}
