// GitHub's words into kugetsu's: accounts, issues, comments, pull requests, and the events made of them.
import type { Comment, ForgeEvent, Issue, PullEvent, PullRequest, Review } from '../../domain/event.js';
import { isRepoPath } from '../../domain/refs.js';
import type { Actor, RepoRef } from '../../domain/refs.js';
import { issueOfPull } from '../../domain/trigger.js';
import { commentKey, pushKey, reviewKey, subjectKey, syncKey } from '../content-key.js';
import type { About, CommentDelivery, IssueDelivery, ReviewDelivery } from './deliveries.js';
import type { RawAccount, RawComment, RawIssue, RawPull, RawRepository } from './schemas.js';

/** Name of the connection, and the address people open the forge at. */
export interface Place {
  readonly forge: string;
  readonly url: string;
}

export function commentEvent(place: Place, sent: CommentDelivery): ForgeEvent {
  const about = byWhom(place, sent);
  const { repo } = about;
  const type = `comment.${sent.action}` as const;
  const onPull = isPull(sent.issue);
  const comment = toComment(place, repo, sent.issue.number, onPull, sent.comment);
  const from = sent.changes?.body?.from;
  return {
    type,
    ...about,
    contentKey: commentKey(type, repo.id, comment),
    subject: { repo, number: sent.issue.number },
    onPull,
    issue: toIssue(place, repo, sent.issue),
    comment,
    ...(sent.action === 'edited' && from !== undefined ? { previousBody: from } : {}),
  };
}

export function issueEvent(place: Place, sent: IssueDelivery): ForgeEvent {
  const raw = sent.issue;
  const moved = sent.changes?.old_issue !== undefined && sent.changes.old_issue !== null;
  const about = byWhom(place, sent);
  const issue = toIssue(place, about.repo, raw);
  const key = subjectKey('issue.opened', about.repo.id, raw.number, raw.updated_at, issue);
  return { type: 'issue.opened', ...about, contentKey: key, issue, ...(moved && { transferred: true }) };
}

/** No content key: reading the labels twice is harmless. */
export function labelsEvent(
  place: Place,
  sent: About & ({ readonly issue: RawIssue } | { readonly pull_request: RawPull }),
): ForgeEvent {
  const about = byWhom(place, sent);
  const issue =
    'issue' in sent
      ? toIssue(place, about.repo, sent.issue)
      : issueOfPull(toPull(place, about.repo, sent.pull_request));
  return { type: 'labels.changed', ...about, subject: issue.subject, issue };
}

export function pullEvent(
  place: Place,
  sent: About,
  action: 'opened' | 'closed' | 'reopened' | 'synchronize',
  raw: RawPull,
): PullEvent {
  const about = byWhom(place, sent);
  const pull = toPull(place, about.repo, raw);
  if (action === 'synchronize') {
    const contentKey = syncKey(about.repo.id, raw.number, pull.head.sha);
    return { type: 'pr.synchronized', ...about, contentKey, pull };
  }
  const type = action === 'closed' && pull.state === 'merged' ? 'pr.merged' : (`pr.${action}` as const);
  const contentKey = subjectKey(type, about.repo.id, raw.number, raw.updated_at, pull);
  return { type, ...about, contentKey, pull };
}

export function reviewEvent(place: Place, sent: ReviewDelivery): ForgeEvent {
  const about = byWhom(place, sent);
  const pull = toPull(place, about.repo, sent.pull_request);
  const review: Review = {
    id: sent.review.id,
    author: toActor(sent.review.user),
    state: toReviewState(sent.review.state) ?? 'commented',
    body: sent.review.body,
    sha: sent.review.commit_id === '' ? undefined : sent.review.commit_id,
    at: sent.review.submitted_at,
  };
  const contentKey = reviewKey(about.repo.id, sent.pull_request.number, {
    by: sent.review.id,
    state: review.state,
    body: review.body,
    at: sent.review.submitted_at,
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

export function toActor(raw: RawAccount): Actor {
  const kind = raw.type === 'User' ? 'user' : raw.type === 'Bot' ? 'bot' : 'unknown';
  return { id: raw.id, login: raw.login, kind };
}

export function toIssue(place: Place, repo: RepoRef, raw: RawIssue): Issue {
  return {
    subject: { repo, number: raw.number },
    isPull: isPull(raw),
    title: raw.title,
    body: raw.body,
    state: raw.state ?? 'open',
    author: toActor(raw.user),
    url: subjectUrl(place, repo, raw.number, isPull(raw)),
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

/** In lists there is no `merged`, only the time of it. */
export function toPull(place: Place, repo: RepoRef, raw: RawPull): PullRequest {
  const headPath = raw.head.repo?.full_name;
  const merged = raw.merged === true || (raw.merged_at !== null && raw.merged_at !== undefined);
  return {
    subject: { repo, number: raw.number },
    title: raw.title,
    body: raw.body,
    state: merged ? 'merged' : raw.state,
    draft: raw.draft === true,
    author: toActor(raw.user),
    url: subjectUrl(place, repo, raw.number, true),
    head: {
      branch: raw.head.ref,
      sha: raw.head.sha,
      repoPath: headPath !== undefined && isRepoPath(headPath) ? headPath : undefined,
    },
    base: { branch: raw.base.ref, sha: raw.base.sha },
    updatedAt: raw.updated_at,
  };
}

const REVIEW_STATES: Readonly<Record<string, Review['state']>> = {
  approved: 'approved',
  changes_requested: 'changes_requested',
  commented: 'commented',
  dismissed: 'dismissed',
};

/** Deliveries write states in small letters, the API in capitals. Undefined for one that is not submitted yet. */
export function toReviewState(state: string): Review['state'] | undefined {
  return REVIEW_STATES[state.toLowerCase()];
}

export function toRepoRef(place: Place, raw: RawRepository): RepoRef {
  return { forge: place.forge, id: raw.id, path: raw.full_name };
}

function isPull(raw: RawIssue): boolean {
  return raw.pull_request !== null && raw.pull_request !== undefined;
}

function subjectUrl(place: Place, repo: RepoRef, number: number, onPull: boolean): string {
  return `${place.url}/${repo.path}/${onPull ? 'pull' : 'issues'}/${number}`;
}

function byWhom(place: Place, sent: About): { readonly repo: RepoRef; readonly actor: Actor } {
  return { repo: toRepoRef(place, sent.repository), actor: toActor(sent.sender) };
}
