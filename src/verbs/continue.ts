// continue: a follow-up in the same worktree and agent session.
import type { Session } from '../domain/session.js';
import { FOLLOW_UP_PRIORITY } from '../work/queueing.js';
import { enqueue } from './enqueue.js';
import { livingSession } from './living-session.js';
import { readSubject } from './read-subject.js';
import { refuse, type Call, type Decision, type Verb, type VerbDeps } from './verb.js';

export const continueVerb: Verb = {
  name: 'continue',
  usage: '[message]',
  summary: 'Goes on in the same worktree and agent session; without a message, with the last one.',
  audience: 'trigger',
  flags: [],
  about: 'subject',
  decide,
};

async function decide(deps: VerbDeps, call: Call): Promise<Decision> {
  const session = await livingSession(deps, call);
  return session === undefined ? refuse({ code: 'no_session' }) : await followUp(deps, call, session);
}

/** Goes on in this session with the message, or with the last one where there is none. */
export async function followUp(deps: VerbDeps, call: Call, session: Session): Promise<Decision> {
  const { snapshot } = await readSubject(deps, call, session);
  const message = call.message === '' ? await lastMessage(deps, session.id) : call.message;
  const task = { session, message, options: {}, snapshot, priority: FOLLOW_UP_PRIORITY };
  return {
    apply: (tables) => enqueue(deps, tables, call, { ...task, verb: 'continue', how: 'follow_up' }),
  };
}

async function lastMessage({ store }: VerbDeps, sessionId: string): Promise<string> {
  const tasks = await store.queue.ofSession(sessionId);
  return tasks.at(-1)?.message ?? '';
}
