// delegate: free text for the PM agent, which does not exist yet; it says so instead of staying silent.
import { replies } from '../words/replies.js';
import { wordOf, type Verb } from './verb.js';

export const delegate: Verb = {
  name: 'delegate',
  usage: '<message>',
  summary: 'Hands free text to the PM agent. Not built yet: it says so and does nothing.',
  audience: 'trigger',
  flags: [],
  decide: (deps) =>
    Promise.resolve({
      result: 'refused',
      note: 'refused: not built yet',
      reply: replies.notDelegated(wordOf(deps)),
    }),
};
