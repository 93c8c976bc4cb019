// What the GitHub face says about pull requests, reviews and comments on lines.
import { isPull } from '../ops-pulls.js';
import type { PullIssue } from '../ops-pulls.js';
import { accountById, commentsOf, conversationOf, findIssue, labelsOf, pathOf, repoById } from '../state.js';
import type { State } from '../state.js';
import type { Account, Comment, Repo, Review } from '../types.js';
import { association, nodeId, renderLabel, renderRepo, renderUser, repoApi, webUrl } from './render.js';
import type { Schema } from './schema.js';

type Simple = Omit<Schema['pull-request'], keyof typeof ONLY_ALONE>;

/** What lists and most deliveries leave out. */
const ONLY_ALONE = {
  merged: 0,
  mergeable: 0,
  rebaseable: 0,
  mergeable_state: 0,
  merged_by: 0,
  comments: 0,
  review_comments: 0,
  maintainer_can_modify: 0,
  commits: 0,
  additions: 0,
  deletions: 0,
  changed_files: 0,
};

export function renderPull(
  state: State,
  issue: PullIssue,
  viewer: Account | undefined,
): Schema['pull-request'] {
  const { pull } = issue;
  const { merged, facts } = pull;
  return {
    ...renderSimplePull(state, issue, viewer),
    merged: merged !== undefined,
    mergeable: merged === undefined ? facts.mergeable : null,
    rebaseable: null,
    mergeable_state: facts.mergeable ? 'clean' : 'dirty',
    merged_by: merged === undefined ? null : renderUser(state, accountById(state, merged.byId)),
    comments: conversationOf(state, issue).length,
    review_comments: commentsOf(state, issue).filter((comment) => comment.inline !== undefined).length,
    maintainer_can_modify: false,
    commits: facts.commits,
    additions: facts.additions,
    deletions: facts.deletions,
    changed_files: facts.changedFiles,
  };
}

export function renderSimplePull(state: State, issue: PullIssue, viewer: Account | undefined): Simple {
  const { pull } = issue;
  const repo = repoById(state, issue.repoId);
  const web = webUrl(state, issue);
  const assignees = issue.assigneeIds.map((id) => renderUser(state, accountById(state, id)));
  return {
    id: pull.id,
    node_id: nodeId('PR', pull.id),
    html_url: web,
    diff_url: `${web}.diff`,
    patch_url: `${web}.patch`,
    ...addresses(state, issue),
    number: issue.number,
    state: issue.state,
    locked: issue.locked,
    title: issue.title,
    user: renderUser(state, accountById(state, issue.authorId)),
    body: issue.body === '' ? null : issue.body,
    labels: labelsOf(state, issue).map((label) => renderLabel(state, repo, label)),
    milestone: null,
    active_lock_reason: null,
    created_at: issue.createdAt,
    updated_at: issue.updatedAt,
    closed_at: issue.closedAt ?? null,
    merged_at: pull.merged?.at ?? null,
    merge_commit_sha: pull.merged?.sha ?? null,
    assignee: assignees[0] ?? null,
    assignees,
    requested_reviewers: pull.requestedReviewerIds.map((id) => renderUser(state, accountById(state, id))),
    requested_teams: [],
    head: renderEnd(state, repoById(state, pull.headRepoId), pull.headBranch, pull.facts.headSha, viewer),
    base: renderEnd(state, repo, pull.baseBranch, pull.facts.baseSha, viewer),
    author_association: association(state, repo, issue.authorId),
    auto_merge: null,
    draft: pull.draft,
  };
}

function addresses(state: State, issue: PullIssue) {
  const api = repoApi(state, repoById(state, issue.repoId));
  const url = `${api}/pulls/${issue.number}`;
  const all = {
    url,
    issue_url: `${api}/issues/${issue.number}`,
    commits_url: `${url}/commits`,
    review_comments_url: `${url}/comments`,
    review_comment_url: `${api}/pulls/comments{/number}`,
    comments_url: `${api}/issues/${issue.number}/comments`,
    statuses_url: `${api}/statuses/${issue.pull.facts.headSha}`,
  };
  return {
    ...all,
    _links: {
      self: { href: url },
      html: { href: webUrl(state, issue) },
      issue: { href: all.issue_url },
      comments: { href: all.comments_url },
      review_comments: { href: all.review_comments_url },
      review_comment: { href: all.review_comment_url },
      commits: { href: all.commits_url },
      statuses: { href: all.statuses_url },
    },
  };
}

/** The label is `owner:branch`, also within one repository. */
function renderEnd(state: State, repo: Repo, branch: string, sha: string, viewer: Account | undefined) {
  const owner = accountById(state, repo.ownerId);
  return {
    label: `${owner.login}:${branch}`,
    ref: branch,
    sha,
    user: renderUser(state, owner),
    repo: renderRepo(state, repo, viewer),
  };
}

const REVIEW_STATES: Readonly<Record<Review['state'], string>> = {
  approved: 'APPROVED',
  changes_requested: 'CHANGES_REQUESTED',
  commented: 'COMMENTED',
  requested: 'PENDING',
  dismissed: 'DISMISSED',
};

export function renderReview(state: State, issue: PullIssue, review: Review): Schema['pull-request-review'] {
  const web = `${webUrl(state, issue)}#pullrequestreview-${review.id}`;
  const { url } = addresses(state, issue);
  return {
    id: review.id,
    node_id: nodeId('PRR', review.id),
    user: renderUser(state, accountById(state, review.authorId)),
    body: review.body,
    state: REVIEW_STATES[review.state],
    html_url: web,
    pull_request_url: url,
    author_association: association(state, repoById(state, issue.repoId), review.authorId),
    _links: { html: { href: web }, pull_request: { href: url } },
    submitted_at: review.at,
    commit_id: review.commitSha,
  };
}

/** Only for a comment on a line. */
export function renderReviewComment(
  state: State,
  comment: Comment & { readonly inline: NonNullable<Comment['inline']> },
): Schema['pull-request-review-comment'] {
  const repo = repoById(state, comment.repoId);
  const issue = findIssue(state, repo, comment.number);
  const { inline } = comment;
  const side = inline.side === 'new' ? 'RIGHT' : 'LEFT';
  const url = `${repoApi(state, repo)}/pulls/comments/${comment.id}`;
  const pull = `${repoApi(state, repo)}/pulls/${comment.number}`;
  const page = issue !== undefined && isPull(issue) ? webUrl(state, issue) : pathOf(state, repo);
  const web = `${page}#discussion_r${comment.id}`;
  return {
    url,
    pull_request_review_id: inline.reviewId,
    id: comment.id,
    node_id: nodeId('PRRC', comment.id),
    diff_hunk: inline.diffHunk,
    path: inline.path,
    commit_id: inline.commitSha,
    original_commit_id: inline.commitSha,
    user: renderUser(state, accountById(state, comment.authorId)),
    body: comment.body,
    created_at: comment.createdAt,
    updated_at: comment.updatedAt,
    html_url: web,
    pull_request_url: pull,
    author_association: association(state, repo, comment.authorId),
    _links: { self: { href: url }, html: { href: web }, pull_request: { href: pull } },
    start_line: null,
    original_start_line: null,
    start_side: null,
    line: inline.line,
    original_line: inline.line,
    side,
    subject_type: 'line',
    ...(inline.replyTo === undefined ? {} : { in_reply_to_id: inline.replyTo }),
  };
}
