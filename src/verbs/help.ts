// help: the table of verbs, with who may use what.
import type { HelpRow } from '../words/help.js';
import { answer, type Verb } from './verb.js';

export const help: Verb = {
  name: 'help',
  usage: '',
  summary: 'Shows this table.',
  audience: 'reader',
  flags: [],
  about: 'anything',
  notThrough: { label: 'a label is a level, and who asks wants an answer now: a comment asks' },
  decide: ({ verbs }) => Promise.resolve(answer({ kind: 'help', verbs: helpRows(verbs) })),
};

export function helpRows(verbs: readonly Verb[]): HelpRow[] {
  return verbs.map(({ name, usage, summary, audience, flags }) => ({
    name,
    usage,
    summary,
    audience,
    flags: flags.map((flag) => ({ ...flag })),
  }));
}
