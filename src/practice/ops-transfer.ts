// An issue moved to another repository: GitHub alone has that.
import { demand } from './core.js';
import type { Core } from './core.js';
import { commentsOf, labelsOf, nextId, repoLabels } from './state.js';
import type { Account, Issue, Repo } from './types.js';

/**
 * The issue gets a number in the other repository and keeps its author, its text, its comments, its history and those
 * labels that are there too. It is told there as `opened`, by the one who moved it.
 */
export function transferIssue(
  core: Core,
  from: Repo,
  to: Repo,
  actor: Account | undefined,
  issue: Issue,
): Issue {
  demand(core, from, actor, 'write');
  const by = demand(core, to, actor, 'write');
  const { state } = core;
  const moved: Issue = {
    ...issue,
    id: nextId(state, 'issue'),
    repoId: to.id,
    number: to.nextNumber++,
    labelIds: repoLabels(state, to)
      .filter((label) => labelsOf(state, issue).some((old) => old.name === label.name))
      .map((label) => label.id),
    milestoneId: undefined,
  };
  for (const comment of commentsOf(state, issue))
    state.comments.set(comment.id, { ...comment, repoId: to.id, number: moved.number });
  const history = state.timeline.filter((one) => one.repoId === from.id && one.number === issue.number);
  for (const one of history) state.timeline.push({ ...one, repoId: to.id, number: moved.number });
  state.issues.splice(state.issues.indexOf(issue), 1, moved);
  core.emit({ type: 'opened', repo: to, actor: by, issue: moved, movedFrom: { repo: from, issue } });
  return moved;
}
