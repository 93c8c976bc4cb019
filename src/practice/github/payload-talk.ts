// Deliveries about comments and reviews.
import type { CommentEvent, ReviewEvent } from '../events.js';
import { isPull } from '../ops-pulls.js';
import type { PullIssue } from '../ops-pulls.js';
import type { State } from '../state.js';
import type { Comment } from '../types.js';
import type { Payload } from './payloads.js';
import { renderComment, renderIssue } from './render.js';
import { renderReview, renderReviewComment, renderSimplePull } from './render-pull.js';

/** A comment on a line has an event of its own: unlike at Gitea an answer in a thread is none of the conversation. */
export function commentPayloads(state: State, event: CommentEvent): Payload[] {
  const action = event.type.replace('comment.', '');
  const { comment, issue } = event;
  const changes = event.previousBody === undefined ? {} : { changes: { body: { from: event.previousBody } } };
  if (comment.inline !== undefined) {
    if (!isPull(issue)) return [];
    return [inlinePayload(state, issue, { ...comment, inline: comment.inline }, action, changes)];
  }
  const body = {
    action,
    ...changes,
    issue: renderIssue(state, issue),
    comment: renderComment(state, issue, comment),
  };
  return [{ event: 'issue_comment', body }];
}

export function reviewPayloads(state: State, event: ReviewEvent): Payload[] {
  const { issue } = event;
  if (!isPull(issue)) return [];
  const review = renderReview(state, issue, event.review);
  const submitted: Payload = {
    event: 'pull_request_review',
    body: {
      action: 'submitted',
      // Deliveries write the state in small letters and an empty body as null.
      review: { ...review, state: review.state.toLowerCase(), body: review.body === '' ? null : review.body },
      pull_request: renderSimplePull(state, issue, undefined),
    },
  };
  const inline = event.comments.flatMap((comment) =>
    comment.inline === undefined
      ? []
      : [inlinePayload(state, issue, { ...comment, inline: comment.inline }, 'created', {})],
  );
  return [submitted, ...inline];
}

function inlinePayload(
  state: State,
  issue: PullIssue,
  comment: Comment & { readonly inline: NonNullable<Comment['inline']> },
  action: string,
  more: Readonly<Record<string, unknown>>,
): Payload {
  const body = {
    action,
    ...more,
    comment: renderReviewComment(state, comment),
    pull_request: renderSimplePull(state, issue, undefined),
  };
  return { event: 'pull_request_review_comment', body };
}
