// What there is of a session's work, as it is now: kept, about to go, or gone with what was rescued of it. Pure.
import type { Session } from '../domain/session.js';
import type { Foreign } from '../text/foreign.js';
import { rescueInWords } from './rescued.js';

export function whatIsLeft(session: Session, foreign: Foreign): string[] {
  const { branch, headSha, reap, state, rescued } = session;
  if (branch === undefined) return [];
  if (reap !== undefined)
    return [
      'The worktree and the agent session are being removed; what is not at the forge is rescued first.',
    ];
  if (state === 'reaped' || state === 'closed')
    return [
      rescued === undefined
        ? 'The worktree and the agent session are removed; all commits are at the forge.'
        : `The worktree and the agent session are removed. ${rescueInWords(rescued)}`,
    ];
  const commit = headSha === undefined ? '' : ` up to ${foreign.code(headSha.slice(0, 10), 10)}`;
  return [`Kept: the worktree of ${foreign.code(branch, 200)}${commit} and the agent's session.`];
}
