// What happened at the practice forge, once, in its own words; each face turns it into the deliveries its forge would send.
import type {
  Account,
  Comment,
  CommitInfo,
  CommitStatus,
  Hook,
  Issue,
  Label,
  Repo,
  Review,
} from './types.js';

interface About {
  readonly repo: Repo;
  /** Who did it: the `sender` of a delivery. */
  readonly actor: Account;
}

/** On an issue or a pull request (`issue.pull` is there). */
export interface SubjectEvent extends About {
  readonly type: 'opened' | 'edited' | 'closed' | 'reopened' | 'deleted' | 'milestoned';
  readonly issue: Issue;
  /** Only on `edited`: the values from before. */
  readonly previous?: { readonly title?: string; readonly body?: string };
  /** Only on `closed` by a keyword: the commit that closed it. */
  readonly commitSha?: string;
  /** Only on `opened` by a transfer: what it was before. Gitea has no transfers. */
  readonly movedFrom?: { readonly repo: Repo; readonly issue: Issue };
}

export interface LabelsEvent extends About {
  readonly type: 'labels';
  readonly issue: Issue;
  readonly how: 'add' | 'remove' | 'replace' | 'clear';
  /** What really changed; both empty when nothing did (Gitea sends a delivery all the same). */
  readonly added: readonly Label[];
  readonly removed: readonly Label[];
  readonly before: readonly Label[];
}

export interface AssignEvent extends About {
  readonly type: 'assigned' | 'unassigned';
  readonly issue: Issue;
  readonly assignee: Account;
}

export interface CommentEvent extends About {
  readonly type: 'comment.created' | 'comment.edited' | 'comment.deleted';
  readonly issue: Issue;
  readonly comment: Comment;
  readonly previousBody?: string;
}

export interface PullEvent extends About {
  readonly type: 'synchronized' | 'ready_for_review' | 'converted_to_draft';
  readonly issue: Issue;
  /** Only on `synchronized`: the head before and after. */
  readonly before?: string;
  readonly after?: string;
}

export interface ReviewRequestEvent extends About {
  readonly type: 'review.requested';
  readonly issue: Issue;
  readonly reviewer: Account;
}

export interface ReviewEvent extends About {
  readonly type: 'reviewed';
  readonly issue: Issue;
  readonly review: Review;
  readonly comments: readonly Comment[];
}

export interface PushEvent extends About {
  readonly type: 'push';
  /** `refs/heads/…` */
  readonly ref: string;
  /** Forty zeros for a branch that was not there before. */
  readonly before: string;
  readonly after: string;
  readonly forced: boolean;
  /** Newest first. */
  readonly commits: readonly CommitInfo[];
  readonly totalCommits: number;
  /** Left end of the compare address. */
  readonly compareFrom: string;
}

export interface BranchEvent extends About {
  readonly type: 'branch.created' | 'branch.deleted';
  readonly branch: string;
  readonly sha: string;
}

export interface StatusEvent extends About {
  readonly type: 'status';
  readonly status: CommitStatus;
  readonly commit: CommitInfo;
}

/** Only for that one hook: made (`created`, GitHub pings it) or tried by its owner (`test`). */
export interface HookEvent extends About {
  readonly type: 'hook.created' | 'hook.test';
  readonly hook: Hook;
  readonly commit: CommitInfo | undefined;
}

export interface RepoEvent extends About {
  readonly type: 'repo.renamed' | 'repo.archived';
  readonly previousName?: string;
}

export type PracticeEvent =
  | SubjectEvent
  | LabelsEvent
  | AssignEvent
  | CommentEvent
  | PullEvent
  | ReviewRequestEvent
  | ReviewEvent
  | PushEvent
  | BranchEvent
  | StatusEvent
  | HookEvent
  | RepoEvent;

/** One POST to one hook. `headers` hold everything but Host and Content-Length. */
export interface RenderedDelivery {
  /** What the forge calls the delivery: an UUID in its headers. */
  readonly id: string;
  /** For the log: `issue_comment`, `pull_request_sync`, … and the action inside, if any. */
  readonly event: string;
  readonly action: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}
