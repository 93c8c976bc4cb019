// status: what is running and waiting on this issue, and why.
import { issueKeyOf } from '../domain/refs.js';
import type { Result } from '../domain/result.js';
import { lineOf, sessionLineOf } from '../domain/task-line.js';
import { QUEUED } from '../domain/task.js';
import { sessionOf } from '../work/whose-session.js';
import { answer, type Call, type Decision, type Verb, type VerbDeps } from './verb.js';

export const status: Verb = {
  name: 'status',
  usage: '',
  summary: 'Says what runs and waits on this issue and why, with branch, pull request and usage.',
  audience: 'reader',
  flags: [],
  about: 'subject',
  notThrough: { label: 'a label is a level, and who asks wants an answer now: a comment asks' },
  decide,
};

async function decide({ store, now }: VerbDeps, call: Call): Promise<Decision> {
  const { queue } = store;
  const session = await sessionOf(store, call.forge, call.subject);
  const issueKey = session?.issueKey ?? issueKeyOf(call.subject);
  const live = await queue.ofIssue(issueKey, [...QUEUED, 'running', 'reporting']);
  const lines = await Promise.all(live.map(async (task) => lineOf(task, await queue.placeOf(task.id))));
  const asked = session?.state === 'waiting' ? await queue.ofIssue(issueKey, ['needs_input']) : [];
  const question = asked.at(-1)?.id;
  const result: Result = {
    kind: 'status',
    tasks: lines,
    now: now(),
    ...(question !== undefined && { question }),
    ...(session !== undefined && { session: sessionLineOf(session) }),
  };
  return answer(result);
}
