// Accounts, repositories, issues, comments, labels as a Gitea writes them in answers and deliveries.
import { createHash } from 'node:crypto';
import {
  accessOf,
  accountById,
  allows,
  conversationOf,
  labelsOf,
  ownsRepo,
  pathOf,
  repoById,
} from '../state.js';
import type { State } from '../state.js';
import type { Access, Account, Comment, Issue, Label, Milestone, Reaction, Repo } from '../types.js';
import { REPO_CONSTANTS, unitsOf } from './repo-constants.js';

const NEVER = '0001-01-01T00:00:00Z';
const EPOCH = '1970-01-01T00:00:00Z';

/** Who looks; `nobody` = a delivery, where no account is marked active. */
export type Viewer = Account | undefined;

export function renderUser(state: State, account: Account, viewer: Viewer) {
  const open = viewer !== undefined && (viewer.id === account.id || viewer.siteAdmin);
  return {
    id: account.id,
    login: account.login,
    login_name: '',
    source_id: 0,
    full_name: '',
    email: account.kind === 'organization' ? '' : account.email,
    avatar_url: `${state.baseUrl}/avatars/${createHash('md5').update(account.email).digest('hex')}`,
    html_url: `${state.baseUrl}/${account.login}`,
    language: '',
    is_admin: open && account.siteAdmin,
    last_login: open ? EPOCH : NEVER,
    created: account.createdAt,
    restricted: false,
    active: open,
    prohibit_login: false,
    location: '',
    website: '',
    description: '',
    visibility: 'public',
    followers_count: 0,
    following_count: 0,
    starred_repos_count: 0,
    username: account.login,
  };
}

export function permissionsOf(access: Access) {
  return { admin: access === 'admin', push: allows(access, 'write'), pull: allows(access, 'read') };
}

/** `access` overrides what the viewer has: deliveries show other people's rights, or nobody's. */
export function renderRepo(state: State, repo: Repo, access: Access): Record<string, unknown> {
  const path = pathOf(state, repo);
  const issues = state.issues.filter((issue) => issue.repoId === repo.id && issue.state === 'open');
  const api = `${state.baseUrl}/api/v1/repos/${path}`;
  return {
    id: repo.id,
    owner: renderUser(state, accountById(state, repo.ownerId), undefined),
    name: repo.name,
    full_name: path,
    description: repo.description,
    empty: repo.branches.size === 0,
    private: repo.private,
    fork: repo.parentId !== undefined,
    template: false,
    ...(repo.parentId === undefined
      ? {}
      : { parent: renderRepo(state, repoById(state, repo.parentId), access) }),
    mirror: false,
    size: 25,
    language: '',
    languages_url: `${api}/languages`,
    html_url: `${state.baseUrl}/${path}`,
    url: api,
    link: '',
    ssh_url: `git@127.0.0.1:${path}.git`,
    clone_url: `${state.baseUrl}/${path}.git`,
    original_url: '',
    website: '',
    stars_count: 0,
    forks_count: [...state.repos.values()].filter((one) => one.parentId === repo.id).length,
    watchers_count: 1,
    branch_count: repo.branches.size,
    open_issues_count: issues.filter((issue) => issue.pull === undefined).length,
    open_pr_counter: issues.filter((issue) => issue.pull !== undefined).length,
    release_counter: 0,
    default_branch: repo.defaultBranch,
    archived: repo.archivedAt !== undefined,
    created_at: repo.createdAt,
    updated_at: repo.updatedAt,
    archived_at: repo.archivedAt ?? EPOCH,
    permissions: permissionsOf(access),
    ...unitsOf(repo.parentId !== undefined),
    ...REPO_CONSTANTS,
  };
}

/** In an answer: the rights are those of the one who asks. */
export function renderRepoFor(state: State, repo: Repo, viewer: Viewer): Record<string, unknown> {
  return renderRepo(state, repo, accessOf(state, repo, viewer));
}

/** `owner` for a site administrator and whoever owns the repository; a stranger on a public one reads. */
export function permissionWord(state: State, repo: Repo, account: Account): string {
  return ownsRepo(state, repo, account) ? 'owner' : accessOf(state, repo, account);
}

export function renderLabel(state: State, label: Label) {
  return {
    id: label.id,
    name: label.name,
    exclusive: false,
    is_archived: false,
    color: label.color,
    description: label.description,
    url: `${state.baseUrl}/api/v1/repos/${pathOf(state, repoById(state, label.repoId))}/labels/${label.id}`,
  };
}

export function renderMilestone(state: State, milestone: Milestone) {
  const issues = state.issues.filter((issue) => issue.milestoneId === milestone.id);
  return {
    id: milestone.id,
    title: milestone.title,
    description: '',
    state: 'open',
    open_issues: issues.filter((issue) => issue.state === 'open').length,
    closed_issues: issues.filter((issue) => issue.state === 'closed').length,
    created_at: milestone.createdAt,
    updated_at: milestone.createdAt,
    closed_at: null,
    due_on: null,
  };
}

export function webUrl(state: State, issue: Issue): string {
  const kind = issue.pull === undefined ? 'issues' : 'pulls';
  return `${state.baseUrl}/${pathOf(state, repoById(state, issue.repoId))}/${kind}/${issue.number}`;
}

/** `WIP:` in front of the title is what makes a draft here. */
export function isDraft(issue: Issue): boolean {
  return /^(wip:|\[wip\])/i.test(issue.title);
}

/** `labels` only where a delivery tells other ones than there are. */
export function renderIssue(
  state: State,
  issue: Issue,
  viewer: Viewer,
  labels: readonly Label[] = labelsOf(state, issue),
) {
  const repo = repoById(state, issue.repoId);
  const path = pathOf(state, repo);
  const people = issue.assigneeIds.map((id) => renderUser(state, accountById(state, id), viewer));
  const milestone = state.milestones.get(issue.milestoneId ?? -1);
  return {
    id: issue.id,
    url: `${state.baseUrl}/api/v1/repos/${path}/issues/${issue.number}`,
    html_url: webUrl(state, issue),
    number: issue.number,
    user: renderUser(state, accountById(state, issue.authorId), viewer),
    original_author: '',
    original_author_id: 0,
    title: issue.title,
    body: issue.body,
    ref: '',
    assets: [],
    labels: labels.map((label) => renderLabel(state, label)),
    milestone: milestone === undefined ? null : renderMilestone(state, milestone),
    assignee: people[0] ?? null,
    assignees: people.length === 0 ? null : people,
    state: issue.state,
    is_locked: issue.locked,
    comments: conversationOf(state, issue).length,
    created_at: issue.createdAt,
    updated_at: issue.updatedAt,
    closed_at: issue.closedAt ?? null,
    due_date: null,
    time_estimate: 0,
    pull_request:
      issue.pull === undefined
        ? null
        : {
            merged: issue.pull.merged !== undefined,
            merged_at: issue.pull.merged?.at ?? null,
            draft: isDraft(issue),
            html_url: webUrl(state, issue),
          },
    repository: {
      id: repo.id,
      name: repo.name,
      owner: accountById(state, repo.ownerId).login,
      full_name: path,
    },
    pin_order: 0,
  };
}

/** On a pull request `issue_url` is empty and `pull_request_url` is a web address: both as recorded. */
export function renderComment(state: State, issue: Issue, comment: Comment, viewer: Viewer) {
  const url = webUrl(state, issue);
  return {
    id: comment.id,
    html_url: `${url}#issuecomment-${comment.id}`,
    pull_request_url: issue.pull === undefined ? '' : url,
    issue_url: issue.pull === undefined ? url : '',
    user: renderUser(state, accountById(state, comment.authorId), viewer),
    original_author: '',
    original_author_id: 0,
    body: comment.body,
    assets: [],
    created_at: comment.createdAt,
    updated_at: comment.updatedAt,
  };
}

export function renderReaction(state: State, reaction: Reaction, viewer: Viewer) {
  return {
    user: renderUser(state, accountById(state, reaction.actorId), viewer),
    content: reaction.content,
    created_at: reaction.at,
  };
}
