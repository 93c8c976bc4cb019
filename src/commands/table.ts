// The table of verbs. A verb added here is in the help comment and in docs/commands.md.
import type { Verb } from './verb.js';
import { continueVerb } from './verbs/continue.js';
import { delegate } from './verbs/delegate.js';
import { destroy } from './verbs/destroy.js';
import { help } from './verbs/help.js';
import { queue } from './verbs/queue.js';
import { retry } from './verbs/retry.js';
import { setPr } from './verbs/set-pr.js';
import { start } from './verbs/start.js';
import { status } from './verbs/status.js';
import { stop } from './verbs/stop.js';

export const VERBS: readonly Verb[] = [
  start,
  continueVerb,
  stop,
  retry,
  status,
  queue,
  delegate,
  setPr,
  destroy,
  help,
];

export function findVerb(name: string): Verb | undefined {
  const wanted = name.toLowerCase();
  return VERBS.find((verb) => verb.name === wanted || verb.aliases?.includes(wanted));
}
