// Verbs that a later version fills: they have their place in the table, and say that they are not built yet.
import type { Audience } from './authorize.js';
import { refuse, type Verb } from './verb.js';

interface Later {
  readonly name: string;
  readonly usage: string;
  readonly summary: string;
  readonly audience: Audience;
  readonly about: Verb['about'];
}

const LATER: readonly Later[] = [
  {
    name: 'delegate',
    usage: '<message>',
    summary: 'Hands free text to the PM agent. Not built yet: it says so and does nothing.',
    audience: 'trigger',
    about: 'subject',
  },
  {
    name: 'list',
    usage: '',
    summary: 'Lists the sessions. Not built yet: it says so and does nothing.',
    audience: 'reader',
    about: 'anything',
  },
  {
    name: 'explain',
    usage: '<delivery or comment url>',
    summary: 'Says what became of a delivery or a comment. Not built yet: it says so and does nothing.',
    audience: 'reader',
    about: 'anything',
  },
  {
    name: 'pause',
    usage: '',
    summary: 'Stops the claiming of tasks. Not built yet: it says so and does nothing.',
    audience: 'admin',
    about: 'anything',
  },
  {
    name: 'resume',
    usage: '',
    summary: 'Goes on with the claiming of tasks. Not built yet: it says so and does nothing.',
    audience: 'admin',
    about: 'anything',
  },
];

export const later: readonly Verb[] = LATER.map(({ name, ...verb }) => ({
  ...verb,
  name,
  flags: [],
  decide: () => Promise.resolve(refuse({ code: 'not_built', verb: name })),
}));
