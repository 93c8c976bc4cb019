// Verbs that a later version fills: they have their place in the table, and say that they are not built yet.
import type { Audience } from './authorize.js';
import { refuse, type Verb } from './verb.js';

interface Later {
  readonly name: string;
  readonly usage: string;
  readonly summary: string;
  readonly audience: Audience;
  readonly about: Verb['about'];
  readonly notThrough?: NonNullable<Verb['notThrough']>;
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
    notThrough: { label: 'a label is a level, and who asks wants an answer now: a comment asks' },
  },
  {
    name: 'explain',
    usage: '<delivery or comment url>',
    summary: 'Says what became of a delivery or a comment. Not built yet: it says so and does nothing.',
    audience: 'reader',
    about: 'anything',
    notThrough: { label: 'a label names no delivery' },
  },
  {
    name: 'pause',
    usage: '',
    summary: 'Stops the claiming of tasks. Not built yet: it says so and does nothing.',
    audience: 'admin',
    about: 'anything',
    notThrough: { label: 'it is about all repositories, not about one issue' },
  },
  {
    name: 'resume',
    usage: '',
    summary: 'Goes on with the claiming of tasks. Not built yet: it says so and does nothing.',
    audience: 'admin',
    about: 'anything',
    notThrough: { label: 'it is about all repositories, not about one issue' },
  },
];

export const later: readonly Verb[] = LATER.map(({ name, ...verb }) => ({
  ...verb,
  name,
  flags: [],
  decide: () => Promise.resolve(refuse({ code: 'not_built', verb: name })),
}));
