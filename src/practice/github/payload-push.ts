// Deliveries about git: pushes and branches that come and go.
import { ZERO_SHA } from '../git-store.js';
import type { BranchEvent, PushEvent } from '../events.js';
import { pathOf } from '../state.js';
import type { State } from '../state.js';
import type { CommitInfo } from '../types.js';
import type { Payload } from './payloads.js';

/** Commits are listed oldest first, unlike Gitea's. */
export function pushPayload(state: State, event: PushEvent): Payload {
  const web = `${state.baseUrl}/${pathOf(state, event.repo)}`;
  const commits = [...event.commits].reverse().map((commit) => renderCommit(web, commit));
  return {
    event: 'push',
    body: {
      ref: event.ref,
      before: event.before,
      after: event.after,
      created: event.before === ZERO_SHA,
      deleted: false,
      forced: event.forced,
      base_ref: null,
      compare: `${web}/compare/${event.compareFrom.slice(0, 12)}...${event.after.slice(0, 12)}`,
      commits,
      head_commit: commits.at(-1) ?? null,
      pusher: { name: event.actor.login, email: event.actor.email },
    },
  };
}

export function branchPayload(event: BranchEvent): Payload {
  return {
    event: event.type === 'branch.created' ? 'create' : 'delete',
    body: {
      ref: event.branch,
      ref_type: 'branch',
      pusher_type: 'user',
      ...(event.type === 'branch.created'
        ? { master_branch: event.repo.defaultBranch, description: event.repo.description }
        : {}),
    },
  };
}

function renderCommit(web: string, commit: CommitInfo) {
  return {
    id: commit.sha,
    distinct: true,
    message: commit.message.trimEnd(),
    timestamp: commit.at,
    url: `${web}/commit/${commit.sha}`,
    author: commit.author,
    committer: commit.committer,
    added: commit.added,
    removed: commit.removed,
    modified: commit.modified,
  };
}
