// One sentence on what became of something asked, for the log and for `explain`. Pure.
import type { Result } from '../domain/result.js';
import { plain } from './medium.js';
import { nothingInWords } from './result.js';
import { refusalInWords } from './refusal.js';

export function noteOf(result: Result): string {
  switch (result.kind) {
    case 'queued':
      return `queued ${result.task} in session ${result.session}, ${howInWords(result.how)}`;
    case 'stopped':
      return `stopped ${result.tasks.join(' ')}`;
    case 'leaving':
      return `session ${result.session} goes to the reaper`;
    case 'bound':
      return `bound #${result.pull}`;
    case 'status':
    case 'queue':
    case 'help':
      return 'answered';
    case 'nothing':
      return nothingInWords(result.code);
    case 'refused':
      return `refused: ${result.refusal.code}: ${refusalInWords(result.refusal, plain(''))}`;
  }
}

function howInWords(how: Extract<Result, { kind: 'queued' }>['how']): string {
  switch (how) {
    case 'first':
      return 'its first task';
    case 'continues':
      return 'which lives already';
    case 'afresh':
      return 'which begins afresh';
    case 'follow_up':
      return 'a follow-up';
    case 'again':
      return 'once more';
  }
}

/** In one word, for a field of the log. `handled`: done, and none of the other words says it. */
export function outcomeOf(
  result: Result,
): 'queued' | 'stopped' | 'answered' | 'handled' | 'nothing' | 'refused' {
  switch (result.kind) {
    case 'queued':
    case 'stopped':
    case 'nothing':
    case 'refused':
      return result.kind;
    case 'leaving':
    case 'bound':
      return 'handled';
    case 'status':
    case 'queue':
    case 'help':
      return 'answered';
  }
}
