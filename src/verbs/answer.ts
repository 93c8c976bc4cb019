// answer: to a question that the agent asked. It goes on as `continue` does.
import { followUp } from './continue.js';
import { livingSession } from './living-session.js';
import { refuse, type Call, type Decision, type Verb, type VerbDeps } from './verb.js';

export const answerVerb: Verb = {
  name: 'answer',
  usage: '<text>',
  summary: 'Answers a question that the agent asked; it goes on with that.',
  audience: 'trigger',
  flags: [],
  about: 'subject',
  notThrough: { label: 'a label says nothing, and an answer has words' },
  decide,
};

async function decide(deps: VerbDeps, call: Call): Promise<Decision> {
  const session = await livingSession(deps, call);
  if (session?.state !== 'waiting') return refuse({ code: 'no_question' });
  if (call.message === '') return refuse({ code: 'bad_arguments', problem: 'The answer is missing.' });
  return await followUp(deps, call, session);
}
