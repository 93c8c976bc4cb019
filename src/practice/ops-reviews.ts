// Reviews with comments on lines, answers in their threads, and requests for a review.
import { demand, demandWritable } from './core.js';
import type { Core } from './core.js';
import { addComment } from './ops-comments.js';
import type { PullIssue } from './ops-pulls.js';
import { nextId, nowIso, Refusal, reviewsOf } from './state.js';
import { touch } from './timeline.js';
import type { Account, Comment, Repo, Review, ReviewState } from './types.js';

export interface NewReview {
  readonly state: 'approved' | 'changes_requested' | 'commented';
  readonly body: string;
  readonly commitSha?: string | undefined;
  readonly comments: readonly { path: string; line: number; side: 'new' | 'old'; body: string }[];
}

/** Throws `own_pull` for a verdict on one's own, `empty` when there is nothing in it. */
export async function createReview(
  core: Core,
  repo: Repo,
  actor: Account | undefined,
  issue: PullIssue,
  wanted: NewReview,
): Promise<{ review: Review; comments: Comment[] }> {
  const by = demand(core, repo, actor, 'read');
  demandWritable(core, repo);
  if (by.id === issue.authorId && wanted.state === 'approved')
    throw new Refusal('own_pull', 'approve your own pull is not allowed');
  if (by.id === issue.authorId && wanted.state === 'changes_requested')
    throw new Refusal('own_pull', 'reject your own pull is not allowed');
  if (wanted.state === 'commented' && wanted.body === '' && wanted.comments.length === 0)
    throw new Refusal('empty', 'review is empty');
  const commitSha = wanted.commitSha ?? issue.pull.facts.headSha;
  const hunks = await Promise.all(wanted.comments.map((comment) => hunkOf(core, repo, issue, comment.path)));
  const reviewId = nextId(core.state, 'review');
  const comments = wanted.comments.map((comment, index) => {
    const { path, line, side } = comment;
    const inline = {
      reviewId,
      path,
      line,
      side,
      commitSha,
      diffHunk: hunks[index] ?? '',
      replyTo: undefined,
    };
    return addComment(core, issue, by, comment.body, inline);
  });
  const review = addReview(core, issue, by, {
    id: reviewId,
    state: wanted.state,
    body: wanted.body,
    commitSha,
  });
  if (!issue.pull.requestedReviewerIds.includes(by.id)) issue.pull.requestedReviewerIds.push(by.id);
  core.emit({ type: 'reviewed', repo, actor: by, issue, review, comments });
  return { review, comments };
}

/** An answer in the thread that `first` belongs to. On Gitea it is told as a comment of the conversation. */
export function replyInThread(
  core: Core,
  repo: Repo,
  actor: Account | undefined,
  issue: PullIssue,
  first: Comment,
  body: string,
): Comment {
  const by = demand(core, repo, actor, 'read');
  demandWritable(core, repo);
  if (body === '') throw new Refusal('empty', '[Body]: Required');
  if (first.inline === undefined) throw new Refusal('invalid', 'not a comment on a line');
  const comment = addComment(core, issue, by, body, {
    ...first.inline,
    replyTo: first.inline.replyTo ?? first.id,
  });
  core.emit({ type: 'comment.created', repo, actor: by, issue, comment });
  return comment;
}

export function requestReview(
  core: Core,
  repo: Repo,
  actor: Account | undefined,
  issue: PullIssue,
  reviewers: readonly Account[],
): Review[] {
  const by = demand(core, repo, actor, 'write');
  demandWritable(core, repo);
  return reviewers.map((reviewer) => {
    if (reviewer.id === issue.authorId) throw new Refusal('own_pull', 'poster of pr cannot be reviewer');
    if (!issue.pull.requestedReviewerIds.includes(reviewer.id))
      issue.pull.requestedReviewerIds.push(reviewer.id);
    const review = addReview(core, issue, reviewer, {
      id: nextId(core.state, 'review'),
      state: 'requested',
      body: '',
      commitSha: '',
    });
    touch(issue);
    core.emit({ type: 'review.requested', repo, actor: by, issue, reviewer });
    return review;
  });
}

/** Submitted reviews, oldest first, without mere requests. */
export function submittedReviews(core: Pick<Core, 'state'>, issue: PullIssue): Review[] {
  return reviewsOf(core.state, issue).filter((review) => review.state !== 'requested');
}

function addReview(
  core: Core,
  issue: PullIssue,
  author: Account,
  part: { id: number; state: ReviewState; body: string; commitSha: string },
): Review {
  const review: Review = {
    ...part,
    repoId: issue.repoId,
    number: issue.number,
    authorId: author.id,
    at: nowIso(),
    anchorId: nextId(core.state, 'comment'),
  };
  core.state.reviews.set(review.id, review);
  touch(issue);
  return review;
}

function hunkOf(core: Core, repo: Repo, issue: PullIssue, path: string): Promise<string> {
  const { mergeBase, headSha } = issue.pull.facts;
  return core.git.hunk(repo.dir, { base: mergeBase, head: headSha, path });
}
