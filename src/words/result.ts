// The answer to something asked: for each result a text, in the medium of the door. Pure.
import type { Result } from '../domain/result.js';
import { listed } from '../text/amounts.js';
import { waitInWords } from './delay.js';
import { renderHelp } from './help.js';
import type { Medium } from './medium.js';
import { refusalInWords } from './refusal.js';
import { queueInWords, statusInWords } from './status.js';

/** @param now milliseconds since the epoch */
export function resultInWords(result: Result, medium: Medium, now: number): string {
  switch (result.kind) {
    case 'queued':
      return queuedInWords(result, medium, now);
    case 'stopped':
      return `Stopped: ${listed(result.tasks)}.`;
    case 'leaving':
      return `The session is being removed; what is not at the forge is rescued first.${result.tasks.length === 0 ? '' : ` Stopped: ${listed(result.tasks)}.`}`;
    case 'bound':
      return result.ours
        ? `${medium.number(result.pull)} is bound to this session, and its branch.`
        : `${medium.number(result.pull)} is bound to this session for its state only: kugetsu did not make its branch and pushes nothing there.`;
    case 'status':
      return statusInWords(result, medium);
    case 'queue':
      return queueInWords(result, medium);
    case 'help':
      return renderHelp(result.verbs, medium);
    case 'nothing':
      return nothingInWords(result.code);
    case 'refused':
      return refusalInWords(result.refusal, medium);
  }
}

function queuedInWords(result: Extract<Result, { kind: 'queued' }>, medium: Medium, now: number): string {
  // A report of its own says how it goes on: here only what may surprise.
  if (result.how === 'continues')
    return `A session lives here already, so this continues it. ${medium.command('start', '--fresh')} begins anew.`;
  return `${result.task} is queued, ${waitInWords({ ...result, attempts: 1 }, now, medium, 'another task of this issue')}.`;
}

export function nothingInWords(code: Extract<Result, { kind: 'nothing' }>['code']): string {
  switch (code) {
    case 'nothing_to_stop':
      return 'Nothing is running or waiting here, so there was nothing to stop.';
    case 'nothing_to_destroy':
      return 'There is no session here, so nothing was removed.';
    case 'done_before':
      return 'This was carried out before, so nothing was done again.';
  }
}
