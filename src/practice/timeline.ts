// What every change of an issue leaves behind: a new time and a line in its history.
import type { Core } from './core.js';
import { nextId, nowIso } from './state.js';
import type { Account, Issue } from './types.js';

/** The part that every entry of the timeline has. */
export function entry(core: Core, issue: Issue, actor: Account) {
  const id = nextId(core.state, 'comment');
  return { id, repoId: issue.repoId, number: issue.number, actorId: actor.id, at: nowIso() };
}

export function touch(issue: Issue): void {
  issue.updatedAt = nowIso();
}
