// Deliveries about comments: the one kind whose `permissions` are those of the one who commented.
import type { CommentEvent } from '../events.js';
import { isPull } from '../ops-pulls.js';
import { accessOf } from '../state.js';
import type { State } from '../state.js';
import type { Payload } from './payloads.js';
import { renderPull } from './render-pull.js';
import { renderComment, renderIssue, renderRepo, renderUser } from './render.js';

/** An answer in a review thread looks like any comment on the pull request. */
export function commentPayload(state: State, event: CommentEvent): Payload {
  const { issue, comment, actor, repo } = event;
  const changes = { body: { from: event.previousBody }, added_labels: null, removed_labels: null };
  return {
    eventType: isPull(issue) ? 'pull_request_comment' : 'issue_comment',
    body: {
      action: event.type.slice('comment.'.length),
      issue: renderIssue(state, issue, undefined),
      ...(isPull(issue) ? { pull_request: renderPull(state, issue, actor, { anonymous: true }) } : {}),
      comment: renderComment(state, issue, comment, undefined),
      ...(event.type === 'comment.edited' ? { changes } : {}),
      repository: renderRepo(state, repo, accessOf(state, repo, actor)),
      sender: renderUser(state, actor, undefined),
      is_pull: isPull(issue),
    },
  };
}
