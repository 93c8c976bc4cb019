// Deliveries about git: pushes, branches, statuses, and the push of nothing that "test this hook" sends.
import type { BranchEvent, HookEvent, PushEvent, StatusEvent } from '../events.js';
import { findAccount, pathOf } from '../state.js';
import type { State } from '../state.js';
import type { CommitInfo, Repo } from '../types.js';
import type { Payload } from './payloads.js';
import { renderRepo, renderUser } from './render.js';

export function pushPayload(state: State, event: PushEvent): Payload {
  const commits = event.commits.map((commit) => renderCommit(state, event.repo, commit));
  return {
    eventType: 'push',
    body: {
      ref: event.ref,
      before: event.before,
      after: event.after,
      compare_url: `${web(state, event.repo)}/compare/${event.compareFrom}...${event.after}`,
      commits,
      total_commits: event.totalCommits,
      head_commit: commits[0] ?? null,
      repository: renderRepo(state, event.repo, 'admin'),
      pusher: renderUser(state, event.actor, undefined),
      sender: renderUser(state, event.actor, undefined),
    },
  };
}

/** Nobody's rights are shown when a branch appears, an owner's when it goes; a push of its own only says the former. */
export function branchPayload(state: State, event: BranchEvent): Payload {
  const sender = renderUser(state, event.actor, undefined);
  if (event.type === 'branch.deleted') {
    const repository = renderRepo(state, event.repo, 'admin');
    return {
      eventType: 'delete',
      body: { ref: event.branch, ref_type: 'branch', pusher_type: 'user', repository, sender },
    };
  }
  const repository = renderRepo(state, event.repo, 'none');
  return {
    eventType: 'create',
    body: { sha: event.sha, ref: event.branch, ref_type: 'branch', repository, sender },
  };
}

export function statusPayload(state: State, event: StatusEvent): Payload {
  const { status } = event;
  return {
    eventType: 'status',
    body: {
      commit: renderCommit(state, event.repo, event.commit),
      context: status.context,
      created_at: status.at,
      description: status.description,
      id: status.id,
      repository: renderRepo(state, event.repo, 'admin'),
      sender: renderUser(state, event.actor, undefined),
      sha: status.sha,
      state: status.state,
      target_url: status.targetUrl,
      updated_at: status.at,
    },
  };
}

export function testPayload(state: State, event: HookEvent): Payload | undefined {
  const { repo, commit } = event;
  if (commit === undefined) return undefined;
  const verification = {
    verified: false,
    reason: 'gpg.error.not_signed_commit',
    signature: '',
    signer: null,
    payload: '',
  };
  const shown = {
    ...renderCommit(state, repo, commit),
    verification,
    added: null,
    removed: null,
    modified: null,
  };
  return {
    eventType: 'push',
    body: {
      ref: `refs/heads/${repo.defaultBranch}`,
      before: commit.sha,
      after: commit.sha,
      compare_url: `${web(state, repo)}/compare/${commit.sha}...${commit.sha}`,
      commits: [shown],
      total_commits: 1,
      head_commit: shown,
      repository: renderRepo(state, repo, 'none'),
      pusher: renderUser(state, event.actor, undefined),
      sender: renderUser(state, event.actor, undefined),
    },
  };
}

function renderCommit(state: State, repo: Repo, commit: CommitInfo) {
  const signed = (person: { name: string; email: string }) => ({
    ...person,
    username: findAccount(state, person.email.replace(/@example\.com$/, ''))?.login ?? '',
  });
  return {
    id: commit.sha,
    message: commit.message,
    url: `${web(state, repo)}/commit/${commit.sha}`,
    author: signed(commit.author),
    committer: signed(commit.committer),
    verification: null,
    timestamp: commit.at,
    added: commit.added,
    removed: commit.removed,
    modified: commit.modified,
  };
}

function web(state: State, repo: Repo): string {
  return `${state.baseUrl}/${pathOf(state, repo)}`;
}
