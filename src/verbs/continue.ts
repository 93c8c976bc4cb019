// continue: a follow-up in the same worktree and agent session.
import { replies } from '../words/replies.js';
import { readIssue } from './read-issue.js';
import { livingSession } from './living-session.js';
import { wordOf, type Ask, type Decision, type Verb, type VerbDeps } from './verb.js';
import { FOLLOW_UP_PRIORITY, queueTask } from '../work/queueing.js';

export const continueVerb: Verb = {
  name: 'continue',
  usage: '[message]',
  summary: 'Goes on in the same worktree and agent session; without a message, with the last one.',
  audience: 'trigger',
  flags: [],
  decide,
};

async function decide(deps: VerbDeps, ask: Ask): Promise<Decision> {
  const session = await livingSession(deps, ask);
  if (session === undefined) {
    return {
      result: 'refused',
      note: 'refused: no session to continue',
      reply: replies.nothingToContinue(wordOf(deps)),
    };
  }
  const { snapshot } = await readIssue(deps, ask, session);
  const message = ask.message === '' ? await lastMessage(deps, session.id) : ask.message;
  return {
    result: 'queued',
    note: `queued a follow-up in session ${session.id}`,
    apply: async (tables) => {
      const task = {
        session,
        verb: 'continue',
        message,
        options: {},
        snapshot,
        priority: FOLLOW_UP_PRIORITY,
      } as const;
      return { queued: [await queueTask(tables, ask, task, deps.now())] };
    },
  };
}

async function lastMessage(deps: VerbDeps, sessionId: string): Promise<string> {
  const tasks = await deps.store.queue.ofSession(sessionId);
  return tasks.at(-1)?.message ?? '';
}
