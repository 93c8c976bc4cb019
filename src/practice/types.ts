// What the practice forge remembers: plain data, in memory, in no forge's own words.

export type Access = 'none' | 'read' | 'write' | 'admin';
export type FaceName = 'gitea' | 'github';

/** A person, a bot account or an organisation. Times everywhere: ISO 8601 in UTC with whole seconds. */
export interface Account {
  readonly id: number;
  login: string;
  readonly kind: 'user' | 'bot' | 'organization';
  readonly email: string;
  readonly siteAdmin: boolean;
  /** Ids of the accounts that own this organisation; empty for people. */
  readonly ownerIds: number[];
  readonly createdAt: string;
}

/** `scopes`, `repoIds`, `expiresAtMs` undefined = no limit of that kind. */
export interface Token {
  readonly value: string;
  readonly accountId: number;
  readonly scopes: readonly string[] | undefined;
  readonly repoIds: readonly number[] | undefined;
  readonly expiresAtMs: number | undefined;
}

export interface Repo {
  readonly id: number;
  ownerId: number;
  name: string;
  description: string;
  private: boolean;
  archivedAt: string | undefined;
  defaultBranch: string;
  readonly createdAt: string;
  updatedAt: string;
  readonly parentId: number | undefined;
  /** Account id to what it may do, beyond what owner and visibility give. */
  readonly collaborators: Map<number, Access>;
  /** The bare repository on disk; named by the id, so a rename does not move it. */
  readonly dir: string;
  /** Branch name to tip, kept in step with the disk after every push and merge. */
  branches: Map<string, string>;
  readonly protectedBranches: Set<string>;
  nextNumber: number;
}

export interface Label {
  readonly id: number;
  readonly repoId: number;
  name: string;
  /** Six hex digits without `#`. */
  color: string;
  description: string;
}

export interface Milestone {
  readonly id: number;
  readonly repoId: number;
  readonly title: string;
  readonly createdAt: string;
}

/** What real git says about a pull request; renewed whenever its head or base moves. */
export interface PullFacts {
  headSha: string;
  baseSha: string;
  mergeBase: string;
  mergeable: boolean;
  additions: number;
  deletions: number;
  changedFiles: number;
  commits: number;
}

export interface Pull {
  readonly id: number;
  readonly headRepoId: number;
  readonly headBranch: string;
  baseBranch: string;
  /** The flag of the GitHub face; on the Gitea face a draft is a title that starts with `WIP:`. */
  draft: boolean;
  requestedReviewerIds: number[];
  merged: { readonly sha: string; readonly at: string; readonly byId: number } | undefined;
  facts: PullFacts;
}

/** An issue, or a pull request when `pull` is there: both share one sequence of numbers. */
export interface Issue {
  readonly id: number;
  readonly repoId: number;
  readonly number: number;
  title: string;
  body: string;
  state: 'open' | 'closed';
  readonly authorId: number;
  labelIds: number[];
  assigneeIds: number[];
  milestoneId: number | undefined;
  locked: boolean;
  readonly createdAt: string;
  updatedAt: string;
  closedAt: string | undefined;
  readonly pull: Pull | undefined;
}

/** A comment of the conversation, or one on a line when `inline` is there. */
export interface Comment {
  readonly id: number;
  readonly repoId: number;
  readonly number: number;
  readonly authorId: number;
  body: string;
  readonly createdAt: string;
  updatedAt: string;
  readonly inline: InlinePlace | undefined;
}

export interface InlinePlace {
  readonly reviewId: number;
  readonly path: string;
  /** Line of the new file; of the old file when `side` is old. */
  readonly line: number;
  readonly side: 'new' | 'old';
  readonly commitSha: string;
  readonly diffHunk: string;
  /** Id of the first comment of the thread, when this is an answer in it. */
  readonly replyTo: number | undefined;
}

export type ReviewState = 'approved' | 'changes_requested' | 'commented' | 'requested' | 'dismissed';

export interface Review {
  readonly id: number;
  readonly repoId: number;
  readonly number: number;
  readonly authorId: number;
  state: ReviewState;
  readonly body: string;
  readonly commitSha: string;
  readonly at: string;
  /** The comment id that its web address ends in. */
  readonly anchorId: number;
}

/** One line of an issue's history; comments are not repeated here. Ids come from the sequence of comments. */
export type TimelineEntry = {
  readonly id: number;
  readonly repoId: number;
  readonly number: number;
  readonly actorId: number;
  readonly at: string;
} & (
  | { readonly type: 'label'; readonly label: Label; readonly added: boolean }
  | { readonly type: 'title'; readonly from: string; readonly to: string }
  | { readonly type: 'assignee'; readonly assigneeId: number; readonly added: boolean }
  | { readonly type: 'milestone'; readonly milestoneId: number }
  | { readonly type: 'closed' | 'reopened' | 'merged' }
);

export interface Reaction {
  readonly id: number;
  /** `comment:ID` or `issue:ID` (the issue's id, not its number). */
  readonly target: string;
  readonly actorId: number;
  readonly content: string;
  readonly at: string;
}

export interface CommitStatus {
  readonly id: number;
  readonly repoId: number;
  readonly sha: string;
  readonly context: string;
  readonly state: string;
  readonly description: string;
  readonly targetUrl: string;
  readonly creatorId: number;
  readonly at: string;
}

export interface Hook {
  readonly id: number;
  readonly scope:
    | { readonly kind: 'repo'; readonly repoId: number }
    | { readonly kind: 'owner'; readonly ownerId: number }
    | { readonly kind: 'system' };
  /** The face that made it; its deliveries are in that face's format. */
  readonly face: FaceName;
  url: string;
  contentType: 'json' | 'form';
  readonly secret: string;
  /** In the words of its face. */
  events: string[];
  active: boolean;
  authorizationHeader: string;
  readonly createdAt: string;
  updatedAt: string;
}

/** A commit as a push delivery lists it. */
export interface CommitInfo {
  readonly sha: string;
  readonly message: string;
  readonly author: { readonly name: string; readonly email: string };
  readonly committer: { readonly name: string; readonly email: string };
  readonly at: string;
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly modified: readonly string[];
}
