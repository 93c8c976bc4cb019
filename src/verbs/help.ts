// help: the table of verbs, with who may use what.
import { renderHelp } from '../words/help.js';
import { wordOf, type Verb } from './verb.js';

export const help: Verb = {
  name: 'help',
  usage: '',
  summary: 'Shows this table.',
  audience: 'reader',
  flags: [],
  decide: (deps) =>
    Promise.resolve({ result: 'answered', note: 'answered', reply: renderHelp(deps.verbs, wordOf(deps)) }),
};
