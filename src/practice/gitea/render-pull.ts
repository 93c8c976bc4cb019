// Pull requests, reviews and their comments as a Gitea writes them.
import { headBranchExists } from '../ops-pulls.js';
import type { PullIssue } from '../ops-pulls.js';
import { accessOf, accountById, commentsOf, conversationOf, labelsOf, repoById, allows } from '../state.js';
import type { State } from '../state.js';
import type { Account, Comment, Label, Review, ReviewState } from '../types.js';
import { isDraft, renderLabel, renderMilestone, renderRepo, renderUser, webUrl } from './render.js';
import type { Viewer } from './render.js';

/**
 * `viewer`: whose rights the repositories inside show. `asList`: in a list the requested reviewers are null and no sizes are told.
 * `anonymous`: a delivery, where no account is marked active.
 */
export function renderPull(
  state: State,
  issue: PullIssue,
  viewer: Viewer,
  options: { asList?: boolean; anonymous?: boolean; labels?: readonly Label[] } = {},
): Record<string, unknown> {
  const { pull } = issue;
  const url = webUrl(state, issue);
  const look = options.anonymous === true ? undefined : viewer;
  const person = (id: number) => renderUser(state, accountById(state, id), look);
  const onLines = commentsOf(state, issue).filter(
    (comment) => comment.inline !== undefined && comment.inline.replyTo === undefined,
  );
  const bodies = reviewCount(state, issue) + onLines.length;
  const assignees = issue.assigneeIds.map(person);
  const milestone = state.milestones.get(issue.milestoneId ?? -1);
  return {
    id: pull.id,
    url,
    number: issue.number,
    user: person(issue.authorId),
    title: issue.title,
    body: issue.body,
    labels: (options.labels ?? labelsOf(state, issue)).map((label) => renderLabel(state, label)),
    milestone: milestone === undefined ? null : renderMilestone(state, milestone),
    assignee: assignees[0] ?? null,
    assignees,
    requested_reviewers: options.asList === true ? null : pull.requestedReviewerIds.map(person),
    requested_reviewers_teams: options.asList === true ? null : [],
    state: issue.state,
    draft: isDraft(issue),
    is_locked: issue.locked,
    comments: conversationOf(state, issue).length,
    ...(bodies === 0 ? {} : { review_comments: bodies }),
    ...(options.asList === true ? {} : sizeOf(issue)),
    html_url: url,
    diff_url: `${url}.diff`,
    patch_url: `${url}.patch`,
    mergeable: pull.facts.mergeable,
    merged: pull.merged !== undefined,
    merged_at: pull.merged?.at ?? null,
    merge_commit_sha: pull.merged?.sha ?? null,
    merged_by: pull.merged === undefined ? null : person(pull.merged.byId),
    allow_maintainer_edit: true,
    ...renderEnds(state, issue, viewer),
    merge_base: pull.facts.mergeBase,
    due_date: null,
    created_at: issue.createdAt,
    updated_at: issue.updatedAt,
    closed_at: issue.closedAt ?? null,
    pin_order: 0,
  };
}

function sizeOf({ pull }: PullIssue) {
  return {
    additions: pull.facts.additions,
    deletions: pull.facts.deletions,
    changed_files: pull.facts.changedFiles,
  };
}

/** `head.ref` turns into `refs/pull/N/head` once the branch is gone; `head.label` stays the bare branch. */
function renderEnds(state: State, issue: PullIssue, viewer: Viewer) {
  const { pull } = issue;
  const base = repoById(state, issue.repoId);
  const head = state.repos.get(pull.headRepoId);
  const there = headBranchExists({ state }, pull);
  return {
    base: {
      label: pull.baseBranch,
      ref: pull.baseBranch,
      sha: pull.facts.baseSha,
      repo_id: base.id,
      repo: renderRepo(state, base, accessOf(state, base, viewer)),
    },
    head: {
      label: pull.headBranch,
      ref: there ? pull.headBranch : `refs/pull/${issue.number}/head`,
      sha: pull.facts.headSha,
      repo_id: head?.id ?? -1,
      repo: head === undefined ? null : renderRepo(state, head, accessOf(state, head, viewer)),
    },
  };
}

function reviewCount(state: State, issue: PullIssue): number {
  return [...state.reviews.values()].filter(
    (review) =>
      review.repoId === issue.repoId &&
      review.number === issue.number &&
      review.state !== 'requested' &&
      review.body !== '',
  ).length;
}

const STATE_WORD: Record<ReviewState, string> = {
  approved: 'APPROVED',
  changes_requested: 'REQUEST_CHANGES',
  commented: 'COMMENT',
  requested: 'REQUEST_REVIEW',
  dismissed: 'APPROVED',
};

export function renderReview(state: State, issue: PullIssue, review: Review, viewer: Viewer) {
  const author = accountById(state, review.authorId);
  const url = webUrl(state, issue);
  return {
    id: review.id,
    user: renderUser(state, author, viewer),
    team: null,
    state: STATE_WORD[review.state],
    body: review.body,
    commit_id: review.commitSha,
    stale: review.state !== 'requested' && review.commitSha !== issue.pull.facts.headSha,
    official: review.state !== 'commented' && mayWrite(state, issue, author),
    dismissed: review.state === 'dismissed',
    comments_count: commentsOf(state, issue).filter((comment) => comment.inline?.reviewId === review.id)
      .length,
    submitted_at: review.at,
    updated_at: review.at,
    html_url: review.state === 'requested' ? '' : `${url}#issuecomment-${review.anchorId}`,
    pull_request_url: url,
  };
}

function mayWrite(state: State, issue: PullIssue, account: Account): boolean {
  return allows(accessOf(state, repoById(state, issue.repoId), account), 'write');
}

export function renderReviewComment(state: State, issue: PullIssue, comment: Comment, viewer: Viewer) {
  const url = webUrl(state, issue);
  const onOld = comment.inline?.side === 'old';
  return {
    id: comment.id,
    body: comment.body,
    user: renderUser(state, accountById(state, comment.authorId), viewer),
    resolver: null,
    pull_request_review_id: comment.inline?.reviewId ?? 0,
    created_at: comment.createdAt,
    updated_at: comment.updatedAt,
    path: comment.inline?.path ?? '',
    commit_id: comment.inline?.commitSha ?? '',
    original_commit_id: '',
    diff_hunk: comment.inline?.diffHunk ?? '',
    position: onOld ? 0 : (comment.inline?.line ?? 0),
    original_position: onOld ? (comment.inline?.line ?? 0) : 0,
    html_url: `${url}#issuecomment-${comment.id}`,
    pull_request_url: url,
  };
}
