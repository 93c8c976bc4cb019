// retry: the last failed task of this issue once more, in the same session.
import { issueKeyOf } from '../domain/refs.js';
import { LIVE } from '../domain/task.js';
import { FOLLOW_UP_PRIORITY } from '../work/queueing.js';
import { enqueue } from './enqueue.js';
import { livingSession } from './living-session.js';
import { readSubject } from './read-subject.js';
import { refuse, type Call, type Decision, type Verb, type VerbDeps } from './verb.js';

export const retry: Verb = {
  name: 'retry',
  usage: '',
  summary: 'Queues the last failed or stopped task again, with the same message.',
  audience: 'trigger',
  flags: [],
  about: 'subject',
  decide,
};

const ENDED = ['failed', 'cancelled', 'reporting', 'done', 'needs_input'] as const;

async function decide(deps: VerbDeps, call: Call): Promise<Decision> {
  const session = await livingSession(deps, call);
  const issueKey = session?.issueKey ?? issueKeyOf(call.subject);
  const last = (await deps.store.queue.ofIssue(issueKey, [...ENDED, ...LIVE])).at(-1);
  if (last !== undefined && LIVE.includes(last.state))
    return refuse({ code: 'still_under_way', task: last.id });
  const ended = last?.outcome?.kind;
  if (session === undefined || last === undefined || (ended !== 'failed' && ended !== 'cancelled'))
    return refuse({ code: 'nothing_failed' });
  const { snapshot } = await readSubject(deps, call, session);
  const { message, options } = last;
  const task = { session, message, options, snapshot, priority: FOLLOW_UP_PRIORITY };
  return { apply: (tables) => enqueue(deps, tables, call, { ...task, verb: 'retry', how: 'again' }) };
}
