// Gitea's words into kugetsu's: accounts, issues, comments, pull requests, and the events made of them.
import type { Comment, ForgeEvent, Issue, PullEvent, PullRequest, Review } from '../../domain/event.js';
import { isRepoPath } from '../../domain/refs.js';
import type { Actor, Permission, RepoRef } from '../../domain/refs.js';
import { issueOfPull } from '../../domain/trigger.js';
import { commentKey, pushKey, reviewKey, subjectKey, syncKey } from '../content-key.js';
import { ignored } from '../delivery.js';
import type { About, CommentDelivery, LabelsDelivery, ReviewDelivery } from './deliveries.js';
import type { RawAccount, RawComment, RawIssue, RawPull, RawRepository } from './schemas.js';

/** Name of the connection, and the address people open the forge at. */
export interface Place {
  readonly forge: string;
  readonly url: string;
}

export function commentEvent(
  place: Place,
  eventType: 'issue_comment' | 'pull_request_comment',
  sent: CommentDelivery,
): ForgeEvent {
  const onPull = eventType === 'pull_request_comment';
  if (sent.is_pull !== onPull) return ignored(`not a valid ${eventType} delivery: is_pull says otherwise`);
  const repo = toRepoRef(place, sent.repository);
  const type = `comment.${sent.action}` as const;
  const comment = toComment(place, repo, sent.issue.number, onPull, sent.comment);
  const from = sent.changes?.body?.from;
  return {
    type,
    ...byWhom(place, sent),
    ...permissionOf(sent.repository.permissions),
    contentKey: commentKey(type, repo.id, comment),
    subject: { repo, number: sent.issue.number },
    onPull,
    issue: toIssue(place, repo, sent.issue),
    comment,
    ...(sent.action === 'edited' && from !== undefined ? { previousBody: from } : {}),
  };
}

export function issueEvent(place: Place, sent: About, raw: RawIssue): ForgeEvent {
  const about = byWhom(place, sent);
  const issue = toIssue(place, about.repo, raw);
  const key = subjectKey('issue.opened', about.repo.id, raw.number, raw.updated_at, issue);
  return { type: 'issue.opened', ...about, contentKey: key, issue };
}

/** No content key: reading the labels twice is harmless, and two of these in one second have the same body. */
export function labelsEvent(place: Place, sent: LabelsDelivery): ForgeEvent {
  const about = byWhom(place, sent);
  const issue =
    sent.pull_request === undefined
      ? sent.issue && toIssue(place, about.repo, sent.issue)
      : issueOfPull(toPull(place, about.repo, sent.pull_request));
  if (issue?.subject.number !== sent.number) return ignored('not a valid delivery of labels: of what?');
  return { type: 'labels.changed', ...about, subject: issue.subject, issue };
}

export function pullEvent(
  place: Place,
  sent: About,
  action: 'opened' | 'closed' | 'reopened' | 'synchronized',
  raw: RawPull,
): PullEvent {
  const about = byWhom(place, sent);
  const pull = toPull(place, about.repo, raw);
  const type = action === 'closed' && pull.state === 'merged' ? 'pr.merged' : (`pr.${action}` as const);
  const contentKey =
    action === 'synchronized'
      ? syncKey(about.repo.id, raw.number, pull.head.sha)
      : subjectKey(type, about.repo.id, raw.number, raw.updated_at, pull);
  return { type, ...about, contentKey, pull };
}

const REVIEW_STATES = {
  pull_request_review_approved: 'approved',
  pull_request_review_rejected: 'changes_requested',
  pull_request_review_comment: 'commented',
} as const;

/** The delivery tells neither id nor commit of the review, and not its inline comments: `listReviews` does. */
export function reviewEvent(
  place: Place,
  eventType: keyof typeof REVIEW_STATES,
  sent: ReviewDelivery,
): ForgeEvent {
  if (sent.review.type !== eventType)
    return ignored(`not a valid ${eventType} delivery: it is another review`);
  const about = byWhom(place, sent);
  const pull = toPull(place, about.repo, sent.pull_request);
  const review: Review = {
    id: undefined,
    author: about.actor,
    state: REVIEW_STATES[eventType],
    body: sent.review.content,
    sha: undefined,
    at: sent.pull_request.updated_at,
  };
  const contentKey = reviewKey(about.repo.id, sent.pull_request.number, {
    by: about.actor.id,
    state: review.state,
    body: review.body,
    at: sent.pull_request.updated_at,
  });
  return { type: 'review.submitted', ...about, contentKey, pull, review };
}

export function pushEvent(
  place: Place,
  sent: About,
  push: { readonly ref: string; readonly before: string; readonly after: string },
): ForgeEvent {
  const about = byWhom(place, sent);
  const { ref, before, after } = push;
  return { type: 'push', ...about, contentKey: pushKey(about.repo.id, push), ref, before, after };
}

/** Gitea does not tell bots from people; accounts below zero are its own (ghost, actions). */
export function toActor(raw: RawAccount): Actor {
  return { id: raw.id, login: raw.login, kind: raw.id.startsWith('-') ? 'system' : 'unknown' };
}

export function toIssue(place: Place, repo: RepoRef, raw: RawIssue): Issue {
  const isPull = raw.pull_request !== null && raw.pull_request !== undefined;
  return {
    subject: { repo, number: raw.number },
    isPull,
    title: raw.title,
    body: raw.body,
    state: raw.state,
    author: toActor(raw.user),
    url: subjectUrl(place, repo, raw.number, isPull),
    updatedAt: raw.updated_at,
  };
}

export function toComment(
  place: Place,
  repo: RepoRef,
  number: number,
  onPull: boolean,
  raw: RawComment,
): Comment {
  return {
    id: raw.id,
    author: toActor(raw.user),
    body: raw.body,
    url: `${subjectUrl(place, repo, number, onPull)}#issuecomment-${raw.id}`,
    createdAt: raw.created_at,
    updatedAt: raw.updated_at,
  };
}

export function toPull(place: Place, repo: RepoRef, raw: RawPull): PullRequest {
  const headPath = raw.head.repo?.full_name;
  return {
    subject: { repo, number: raw.number },
    title: raw.title,
    body: raw.body,
    state: raw.merged === true ? 'merged' : raw.state,
    draft: raw.draft ?? isDraftTitle(raw.title),
    author: toActor(raw.user),
    url: subjectUrl(place, repo, raw.number, true),
    head: {
      branch: branchOf(raw.head),
      sha: raw.head.sha,
      repoPath: headPath !== undefined && isRepoPath(headPath) ? headPath : undefined,
    },
    base: { branch: branchOf(raw.base), sha: raw.base.sha },
    updatedAt: raw.updated_at,
  };
}

export const DRAFT_PREFIX = 'WIP: ';

/** Gitea's default prefixes of work in progress. */
export function isDraftTitle(title: string): boolean {
  return /^(WIP:|\[WIP\])/i.test(title);
}

/** Once the branch is deleted `ref` is `refs/pull/N/head`, and only `label` has its name. */
function branchOf(end: { readonly label: string; readonly ref: string }): string {
  return end.ref.startsWith('refs/pull/') ? end.label : end.ref;
}

function subjectUrl(place: Place, repo: RepoRef, number: number, isPull: boolean): string {
  return `${place.url}/${repo.path}/${isPull ? 'pulls' : 'issues'}/${number}`;
}

function byWhom(place: Place, sent: About): { readonly repo: RepoRef; readonly actor: Actor } {
  return { repo: toRepoRef(place, sent.repository), actor: toActor(sent.sender) };
}

export function toRepoRef(place: Place, raw: RawRepository): RepoRef {
  return { forge: place.forge, id: raw.id, path: raw.full_name };
}

/** In comment deliveries these are the commenter's own rights; in all others the author's or the owner's. */
function permissionOf(raw: RawRepository['permissions']): { actorPermission?: Permission } {
  if (raw === null || raw === undefined) return {};
  if (raw.admin) return { actorPermission: 'admin' };
  if (raw.push) return { actorPermission: 'write' };
  return { actorPermission: raw.pull ? 'read' : 'none' };
}
