// What a delivery means in kugetsu's own terms. Nothing past a receiver knows a forge's JSON or headers.
import type { Actor, Permission, RepoRef, IssueRef } from './refs.js';

export interface Issue {
  readonly subject: IssueRef;
  readonly isPull: boolean;
  readonly title: string;
  readonly body: string;
  readonly state: 'open' | 'closed';
  readonly author: Actor;
  readonly url: string;
  /** ISO 8601: the last change of anything on it, comments and labels too. */
  readonly updatedAt: string;
}

export interface Comment {
  readonly id: string;
  readonly author: Actor;
  readonly body: string;
  readonly url: string;
  /** ISO 8601, as the forge wrote it; Gitea has whole seconds. */
  readonly createdAt: string;
  readonly updatedAt: string;
}

export interface PullRequest {
  readonly subject: IssueRef;
  readonly title: string;
  readonly body: string;
  readonly state: 'open' | 'closed' | 'merged';
  readonly draft: boolean;
  readonly author: Actor;
  readonly url: string;
  /** `repoPath` is undefined when the fork is gone. `branch` is the bare name, also after the branch was deleted. */
  readonly head: { readonly branch: string; readonly sha: string; readonly repoPath: string | undefined };
  readonly base: { readonly branch: string; readonly sha: string };
  readonly updatedAt: string;
}

export interface ReviewComment {
  readonly id: string;
  readonly path: string;
  readonly line: number | undefined;
  readonly body: string;
  readonly author: Actor;
  /** When it was last changed, ISO 8601. */
  readonly at: string;
}

export interface Review {
  /** Gitea's delivery does not say: then it is undefined and `listReviews` tells. */
  readonly id: string | undefined;
  readonly author: Actor;
  readonly state: 'approved' | 'changes_requested' | 'commented' | 'dismissed';
  readonly body: string;
  readonly sha: string | undefined;
  /** When it was submitted or last changed; of a Gitea delivery, when its pull request was last changed. ISO 8601. */
  readonly at: string;
  /** Its place in the sequence of comments, where the forge tells it: GitHub's reviews have a sequence of their own. */
  readonly orderId?: string;
}

interface About {
  readonly repo: RepoRef;
  /** Who caused it (the sender), never the author of the text. */
  readonly actor: Actor;
  /** Only where the payload proves it: the commenter's own permission in Gitea's comment deliveries. */
  readonly actorPermission?: Permission;
  /** Same content, same key, whatever the delivery id; absent where reading twice is harmless (labels). */
  readonly contentKey?: string;
}

export interface CommentEvent extends About {
  readonly type: 'comment.created' | 'comment.edited' | 'comment.deleted';
  readonly subject: IssueRef;
  readonly onPull: boolean;
  /** As it stood at that moment. */
  readonly issue: Issue;
  readonly comment: Comment;
  /** Only on `comment.edited`, where the forge sent it. */
  readonly previousBody?: string;
}

export interface IssueEvent extends About {
  readonly type: 'issue.opened';
  readonly issue: Issue;
  /** Moved here from another repository: the sender did that, and wrote nothing. */
  readonly transferred?: true;
}

export interface LabelsEvent extends About {
  readonly type: 'labels.changed';
  readonly subject: IssueRef;
  /** As it stood at that moment, but for its labels. */
  readonly issue: Issue;
}

export interface PullEvent extends About {
  readonly type: 'pr.opened' | 'pr.synchronized' | 'pr.closed' | 'pr.merged' | 'pr.reopened';
  readonly pull: PullRequest;
}

export interface ReviewEvent extends About {
  readonly type: 'review.submitted';
  readonly pull: PullRequest;
  readonly review: Review;
}

export interface PushEvent extends About {
  readonly type: 'push';
  /** Full ref name, `refs/heads/…`. */
  readonly ref: string;
  readonly before: string;
  readonly after: string;
}

export type ForgeEvent =
  | CommentEvent
  | IssueEvent
  | LabelsEvent
  | PullEvent
  | ReviewEvent
  | PushEvent
  | { readonly type: 'ping' }
  /** A delivery that asks nothing of kugetsu, or one that cannot be read: the reason is shown by `explain`. */
  | { readonly type: 'ignored'; readonly reason: string };

/** The issue or pull request that an event is about; undefined for what is about none. */
export function subjectOf(event: ForgeEvent): IssueRef | undefined {
  switch (event.type) {
    case 'comment.created':
    case 'comment.edited':
    case 'comment.deleted':
    case 'labels.changed':
      return event.subject;
    case 'issue.opened':
      return event.issue.subject;
    case 'pr.opened':
    case 'pr.synchronized':
    case 'pr.closed':
    case 'pr.merged':
    case 'pr.reopened':
    case 'review.submitted':
      return event.pull.subject;
    case 'push':
    case 'ping':
    case 'ignored':
      return undefined;
  }
}
