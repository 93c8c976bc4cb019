// The table of verbs. A verb added here is in the help comment and in docs/commands.md.
import type { Verb } from './verb.js';
import { answerVerb } from './answer.js';
import { continueVerb } from './continue.js';
import { destroy } from './destroy.js';
import { help } from './help.js';
import { later } from './later.js';
import { queue } from './queue.js';
import { retry } from './retry.js';
import { setPr } from './set-pr.js';
import { start } from './start.js';
import { status } from './status.js';
import { stop } from './stop.js';

export const VERBS: readonly Verb[] = [
  start,
  continueVerb,
  answerVerb,
  stop,
  retry,
  status,
  queue,
  setPr,
  destroy,
  ...later,
  help,
];

export function findVerb(name: string): Verb | undefined {
  const wanted = name.toLowerCase();
  return VERBS.find((verb) => verb.name === wanted);
}
