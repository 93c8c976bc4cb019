// The one interface of the forges room: what kugetsu asks of a GitHub, Gitea or Forgejo. Quirks stay inside the adapters.
import type { ForgeKind } from '../config/forge-kinds.js';
import type { Reaction } from '../domain/order.js';
import { KugetsuError } from '../support/errors.js';
import { faultAtForge } from './passing.js';
import type { Actor, Permission, RepoRef, IssueRef } from '../domain/refs.js';
import type { Listed, RepoRights } from './rights.js';
import type { Comment, ForgeEvent, Issue, PullRequest, Review, ReviewComment } from '../domain/event.js';

export interface Repo {
  readonly ref: RepoRef;
  readonly defaultBranch: string;
  readonly isPrivate: boolean;
  readonly archived: boolean;
  readonly url: string;
}

/** Short-lived where the forge can (GitHub App). Never written to a config file or a command line. */
export interface GitAccess {
  readonly url: string;
  readonly username: string;
  readonly password: string;
}

export interface LabelSetter extends Actor {
  /** ISO 8601 with whole seconds. */
  readonly at: string;
  /** No comment with a larger id was there before it; undefined when none was. */
  readonly lastId: string | undefined;
}

/** The forge says who may do what; `forbidden` when our own token may not ask (the caller refuses, with this message). */
export type PermissionAnswer =
  | {
      readonly known: true;
      readonly permission: Permission;
      /** Whose permission it is: a login may have changed hands. Undefined: nobody has this login. */
      readonly accountId: string | undefined;
    }
  | { readonly known: false; readonly message: string };

/**
 * Every method throws `ForgeError`, never a client library's error. A repository that was renamed is found again by its
 * id inside the adapter. Reads may be retried inside; a write is sent once, its caller repeats it after a look.
 */
export interface Forge {
  /** Name of the connection in the config. */
  readonly name: string;
  readonly kind: ForgeKind;
  /** Longest body of a comment or pull request, in characters. */
  readonly maxBodyChars: number;
  /** The account kugetsu acts as, asked once and remembered. `email` is its noreply address, for commits. */
  self(): Promise<Actor & { readonly email: string }>;
  getRepo(repo: RepoRef): Promise<Repo>;
  /** By numeric id: the current path of a renamed repository. */
  getRepoById(id: string): Promise<Repo>;
  /** By `owner/name`: for commands that name a repository. */
  getRepoByPath(path: string): Promise<Repo>;
  getIssue(subject: IssueRef): Promise<Issue>;
  /** Names of the labels on it now. Read before acting on a label delivery: payloads lie. */
  getLabels(subject: IssueRef): Promise<string[]>;
  /** The account that last put this label there, and when (from the timeline); undefined when the forge does not tell. */
  whoSetLabel(subject: IssueRef, label: string): Promise<LabelSetter | undefined>;
  /** Conversation comments, oldest first, all pages. */
  listComments(subject: IssueRef): Promise<Comment[]>;
  createComment(subject: IssueRef, body: string): Promise<Comment>;
  editComment(subject: IssueRef, commentId: string, body: string): Promise<void>;
  /** On a comment, or on the issue itself without `commentId`. Adding what is there is fine. */
  addReaction(subject: IssueRef, commentId: string | undefined, reaction: Reaction): Promise<void>;
  getPermission(repo: RepoRef, login: string): Promise<PermissionAnswer>;
  /**
   * What our account and its token lack for the work in the listed repositories, as far as the forge tells it without
   * being written to. Of a rule with `*` the first page of what the account sees.
   */
  rights(listed: Listed): Promise<RepoRights[]>;
  getPullRequest(subject: IssueRef): Promise<PullRequest>;
  /** All pull requests (any state, newest first) whose head is exactly this branch of this repository. */
  findPullRequests(repo: RepoRef, branch: string): Promise<PullRequest[]>;
  /** `existed` when the forge says that one is already open for the same head and base. */
  createPullRequest(
    repo: RepoRef,
    pull: { head: string; base: string; title: string; body: string; draft: boolean },
  ): Promise<{ pull: PullRequest; existed: boolean }>;
  editPullRequest(subject: IssueRef, change: { title?: string; body?: string }): Promise<void>;
  /** Submitted reviews, oldest first, each with its inline comments. */
  listReviews(subject: IssueRef): Promise<(Review & { readonly comments: ReviewComment[] })[]>;
  /** `narrow` to one repository and what is needed, where the forge can. */
  gitAccess(repo: RepoRef, need: 'read' | 'write'): Promise<GitAccess>;
}

export type ForgeErrorCode =
  | 'not_found'
  | 'forbidden'
  | 'unauthorized'
  | 'conflict'
  | 'invalid'
  | 'gone'
  | 'archived'
  | 'rate_limited'
  | 'unavailable';

/** Which of them pass by themselves is said in `passing.ts`. `fix`: what people can do, in our own words alone. */
export class ForgeError extends KugetsuError<ForgeErrorCode> {
  override readonly name: string = 'ForgeError';
  constructor(
    code: ForgeErrorCode,
    message: string,
    readonly details: { status?: number; retryAfterMs?: number; fix?: string; cause?: unknown } = {},
  ) {
    super(code, message, { cause: details.cause, fault: faultAtForge(code, details) });
  }
}

/** Headers with lower-case names, one value each. */
export type DeliveryHeaders = Readonly<Record<string, string>>;

/** Pure: bytes and headers in, a verdict or an event out. */
export interface Receiver {
  /** HMAC over the raw bytes, compared in constant time, against each of the secrets (several while rotating). */
  verify(headers: DeliveryHeaders, rawBody: Uint8Array, secrets: readonly string[]): Promise<boolean>;
  /** What must be there before a body is read; undefined `id` or `event` = 400. */
  identify(headers: DeliveryHeaders): { id: string | undefined; event: string | undefined; signed: boolean };
  /** Never throws: what cannot be read is `ignored` with the reason. `forge` is the name of the connection. */
  translate(forge: string, headers: DeliveryHeaders, body: string): ForgeEvent;
}
