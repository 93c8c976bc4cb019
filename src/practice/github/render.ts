// What the GitHub face says about accounts, repositories, issues, comments and labels.
import { accessOf, accountById, allows, conversationOf, labelsOf, pathOf, repoById } from '../state.js';
import type { State } from '../state.js';
import type { Account, Comment, Issue, Label, Reaction, Repo } from '../types.js';
import { repoUrls } from './repo-urls.js';
import type { Association, Schema } from './schema.js';

export function apiUrl(state: State): string {
  return `${state.baseUrl}/api/v3`;
}

export function repoApi(state: State, repo: Repo): string {
  return `${apiUrl(state)}/repos/${pathOf(state, repo)}`;
}

/** The page of an issue or pull request. */
export function webUrl(state: State, issue: Issue): string {
  const path = pathOf(state, repoById(state, issue.repoId));
  return `${state.baseUrl}/${path}/${issue.pull === undefined ? 'issues' : 'pull'}/${issue.number}`;
}

/** GitHub's opaque ids: only their being there matters. */
export function nodeId(kind: string, id: number): string {
  return `${kind}_${Buffer.from(String(id)).toString('base64url')}`;
}

const TYPES = { user: 'User', bot: 'Bot', organization: 'Organization' };

export function renderUser(state: State, account: Account): Schema['simple-user'] {
  const url = `${apiUrl(state)}/users/${encodeURIComponent(account.login)}`;
  const isBot = account.kind === 'bot';
  return {
    login: account.login,
    id: account.id,
    node_id: nodeId(isBot ? 'BOT' : account.kind === 'user' ? 'U' : 'O', account.id),
    avatar_url: `${state.baseUrl}/avatars/u/${account.id}`,
    gravatar_id: '',
    url,
    html_url: `${state.baseUrl}/${isBot ? `apps/${account.login.replace('[bot]', '')}` : account.login}`,
    followers_url: `${url}/followers`,
    following_url: `${url}/following{/other_user}`,
    gists_url: `${url}/gists{/gist_id}`,
    starred_url: `${url}/starred{/owner}{/repo}`,
    subscriptions_url: `${url}/subscriptions`,
    organizations_url: `${url}/orgs`,
    repos_url: `${url}/repos`,
    events_url: `${url}/events{/privacy}`,
    received_events_url: `${url}/received_events`,
    type: TYPES[account.kind],
    user_view_type: 'public',
    site_admin: account.siteAdmin,
  };
}

/** Full enough for every place a repository stands in; `viewer` decides the permissions. */
export function renderRepo(
  state: State,
  repo: Repo,
  viewer: Account | undefined,
): Schema['full-repository'] & Schema['repository'] {
  const open = state.issues.filter((issue) => issue.repoId === repo.id && issue.state === 'open').length;
  const forks = [...state.repos.values()].filter((one) => one.parentId === repo.id).length;
  const may = accessOf(state, repo, viewer);
  return {
    id: repo.id,
    node_id: nodeId('R', repo.id),
    name: repo.name,
    full_name: pathOf(state, repo),
    owner: renderUser(state, accountById(state, repo.ownerId)),
    private: repo.private,
    description: repo.description === '' ? null : repo.description,
    fork: repo.parentId !== undefined,
    ...repoUrls(repoApi(state, repo), `${state.baseUrl}/${pathOf(state, repo)}`),
    ...QUIET,
    forks_count: forks,
    forks,
    network_count: forks,
    default_branch: repo.defaultBranch,
    open_issues_count: open,
    open_issues: open,
    archived: repo.archivedAt !== undefined,
    visibility: repo.private ? 'private' : 'public',
    pushed_at: repo.updatedAt,
    created_at: repo.createdAt,
    updated_at: repo.updatedAt,
    permissions: {
      admin: may === 'admin',
      maintain: may === 'admin',
      push: allows(may, 'write'),
      triage: allows(may, 'write'),
      pull: allows(may, 'read'),
    },
  };
}

/** What a practice repository has none of. */
const QUIET = {
  mirror_url: null,
  homepage: null,
  language: null,
  license: null,
  stargazers_count: 0,
  watchers_count: 0,
  watchers: 0,
  subscribers_count: 0,
  size: 1,
  has_issues: true,
  has_projects: false,
  has_wiki: false,
  has_pages: false,
  has_downloads: true,
  has_discussions: false,
  disabled: false,
};

export function renderIssue(state: State, issue: Issue): Schema['issue'] {
  const repo = repoById(state, issue.repoId);
  const url = `${repoApi(state, repo)}/issues/${issue.number}`;
  const assignees = issue.assigneeIds.map((id) => renderUser(state, accountById(state, id)));
  return {
    id: issue.id,
    node_id: nodeId('I', issue.id),
    url,
    repository_url: repoApi(state, repo),
    labels_url: `${url}/labels{/name}`,
    comments_url: `${url}/comments`,
    events_url: `${url}/events`,
    html_url: webUrl(state, issue),
    number: issue.number,
    state: issue.state,
    state_reason: issue.state === 'closed' ? 'completed' : null,
    title: issue.title,
    body: issue.body === '' ? null : issue.body,
    user: renderUser(state, accountById(state, issue.authorId)),
    labels: labelsOf(state, issue).map((label) => renderLabel(state, repo, label)),
    assignee: assignees[0] ?? null,
    assignees,
    milestone: null,
    locked: issue.locked,
    active_lock_reason: null,
    comments: conversationOf(state, issue).length,
    closed_at: issue.closedAt ?? null,
    created_at: issue.createdAt,
    updated_at: issue.updatedAt,
    author_association: association(state, repo, issue.authorId),
    timeline_url: `${url}/timeline`,
    performed_via_github_app: null,
    ...(issue.pull === undefined ? {} : pullPart(state, issue)),
  };
}

/** Absent on a plain issue: that is how GitHub tells the two apart. */
function pullPart(state: State, issue: Issue): Pick<Schema['issue'], 'pull_request' | 'draft'> {
  const web = webUrl(state, issue);
  return {
    draft: issue.pull?.draft ?? false,
    pull_request: {
      url: `${repoApi(state, repoById(state, issue.repoId))}/pulls/${issue.number}`,
      html_url: web,
      diff_url: `${web}.diff`,
      patch_url: `${web}.patch`,
      merged_at: issue.pull?.merged?.at ?? null,
    },
  };
}

export function renderComment(state: State, issue: Issue, comment: Comment): Schema['issue-comment'] {
  const repo = repoById(state, issue.repoId);
  const api = repoApi(state, repo);
  return {
    id: comment.id,
    node_id: nodeId('IC', comment.id),
    url: `${api}/issues/comments/${comment.id}`,
    html_url: `${webUrl(state, issue)}#issuecomment-${comment.id}`,
    issue_url: `${api}/issues/${issue.number}`,
    user: renderUser(state, accountById(state, comment.authorId)),
    created_at: comment.createdAt,
    updated_at: comment.updatedAt,
    author_association: association(state, repo, comment.authorId),
    body: comment.body,
    performed_via_github_app: null,
  };
}

export function renderLabel(
  state: State,
  repo: Repo,
  label: Label,
): Schema['label'] & { description: string } {
  return {
    id: label.id,
    node_id: nodeId('LA', label.id),
    url: `${repoApi(state, repo)}/labels/${encodeURIComponent(label.name)}`,
    name: label.name,
    color: label.color,
    default: false,
    description: label.description,
  };
}

export function renderReaction(state: State, reaction: Reaction): Schema['reaction'] {
  return {
    id: reaction.id,
    node_id: nodeId('REA', reaction.id),
    user: renderUser(state, accountById(state, reaction.actorId)),
    // The one list of allowed contents is that of the operations.
    content: reaction.content as Schema['reaction']['content'],
    created_at: reaction.at,
  };
}

export function association(state: State, repo: Repo, accountId: number): Association {
  if (repo.ownerId === accountId) return 'OWNER';
  if (accountById(state, repo.ownerId).ownerIds.includes(accountId)) return 'MEMBER';
  return repo.collaborators.has(accountId) ? 'COLLABORATOR' : 'NONE';
}
