// The practice forge's memory and the look-ups over it. Nothing here speaks HTTP or git.
import type {
  Access,
  Account,
  Comment,
  CommitStatus,
  Hook,
  Issue,
  Label,
  Milestone,
  Reaction,
  Repo,
  Review,
  TimelineEntry,
  Token,
} from './types.js';

export interface State {
  /** Folder of this forge; bare repositories live under it. */
  readonly home: string;
  /** `http://127.0.0.1:PORT`, set once the server listens. */
  baseUrl: string;
  readonly accounts: Map<number, Account>;
  readonly tokens: Map<string, Token>;
  readonly repos: Map<number, Repo>;
  /** Lower-case `owner/name` of before a rename, to the repository. */
  readonly movedPaths: Map<string, number>;
  readonly issues: Issue[];
  readonly comments: Map<number, Comment>;
  readonly timeline: TimelineEntry[];
  readonly labels: Map<number, Label>;
  readonly milestones: Map<number, Milestone>;
  readonly reviews: Map<number, Review>;
  readonly reactions: Reaction[];
  readonly statuses: CommitStatus[];
  readonly hooks: Map<number, Hook>;
  /** Next free number of each sequence. */
  readonly sequences: Map<string, number>;
}

/** A refusal that a person may meet; a face turns the code into its forge's status and words. */
export type RefusalCode =
  | 'unauthorized'
  | 'forbidden'
  | 'not_found'
  | 'no_such_user'
  | 'archived'
  | 'invalid'
  | 'empty'
  | 'exists'
  | 'no_changes'
  | 'own_pull'
  | 'not_mergeable'
  | 'gone';

export class Refusal extends Error {
  override readonly name = 'Refusal';
  constructor(
    readonly code: RefusalCode,
    message: string,
  ) {
    super(message);
  }
}

export function createState(home: string): State {
  return {
    home,
    baseUrl: 'http://127.0.0.1',
    accounts: new Map(),
    tokens: new Map(),
    repos: new Map(),
    movedPaths: new Map(),
    issues: [],
    comments: new Map(),
    timeline: [],
    labels: new Map(),
    milestones: new Map(),
    reviews: new Map(),
    reactions: [],
    statuses: [],
    hooks: new Map(),
    sequences: new Map(),
  };
}

export function nextId(state: State, sequence: string): number {
  const id = state.sequences.get(sequence) ?? 1;
  state.sequences.set(sequence, id + 1);
  return id;
}

/** Forges write whole seconds. */
export function nowIso(): string {
  return new Date().toISOString().replace(/\.\d+Z$/, 'Z');
}

export function findAccount(state: State, login: string): Account | undefined {
  const wanted = login.toLowerCase();
  return [...state.accounts.values()].find((account) => account.login.toLowerCase() === wanted);
}

export function accountById(state: State, id: number): Account {
  const account = state.accounts.get(id);
  if (account === undefined) throw new Refusal('not_found', `no account ${id}`);
  return account;
}

/** The account and token behind a token's text; undefined when unknown or past its time. */
export function findToken(state: State, value: string): { account: Account; token: Token } | undefined {
  const token = state.tokens.get(value);
  if (token === undefined || (token.expiresAtMs !== undefined && token.expiresAtMs <= Date.now()))
    return undefined;
  const account = state.accounts.get(token.accountId);
  return account && { account, token };
}

export function pathOf(state: State, repo: Repo): string {
  return `${accountById(state, repo.ownerId).login}/${repo.name}`;
}

export type RepoLookup =
  | { readonly kind: 'found'; readonly repo: Repo }
  | { readonly kind: 'moved'; readonly repo: Repo }
  | { readonly kind: 'none' };

/** By `owner/name`, without case. `moved`: the path is an old one, `repo` is what it is called now. */
export function lookUpRepo(state: State, path: string): RepoLookup {
  const wanted = path.toLowerCase();
  for (const repo of state.repos.values()) {
    if (pathOf(state, repo).toLowerCase() === wanted) return { kind: 'found', repo };
  }
  const moved = state.repos.get(state.movedPaths.get(wanted) ?? -1);
  return moved === undefined ? { kind: 'none' } : { kind: 'moved', repo: moved };
}

export function repoById(state: State, id: number): Repo {
  const repo = state.repos.get(id);
  if (repo === undefined) throw new Refusal('not_found', 'not found');
  return repo;
}

/** What an account may do in a repository; undefined = nobody signed in. */
export function accessOf(state: State, repo: Repo, account: Account | undefined): Access {
  const base: Access = repo.private ? 'none' : 'read';
  if (account === undefined) return base;
  if (ownsRepo(state, repo, account)) return 'admin';
  const given = repo.collaborators.get(account.id) ?? 'none';
  return RANK[given] > RANK[base] ? given : base;
}

/** The owner, an owner of the organisation, or a site administrator. */
export function ownsRepo(state: State, repo: Repo, account: Account): boolean {
  return (
    account.siteAdmin ||
    repo.ownerId === account.id ||
    accountById(state, repo.ownerId).ownerIds.includes(account.id)
  );
}

const RANK: Record<Access, number> = { none: 0, read: 1, write: 2, admin: 3 };

export function allows(has: Access, needed: Access): boolean {
  return RANK[has] >= RANK[needed];
}

export function findIssue(state: State, repo: Repo, number: number): Issue | undefined {
  return state.issues.find((issue) => issue.repoId === repo.id && issue.number === number);
}

export function labelsOf(state: State, issue: Issue): Label[] {
  return issue.labelIds.flatMap((id) => state.labels.get(id) ?? []);
}

export function repoLabels(state: State, repo: Repo): Label[] {
  return [...state.labels.values()].filter((label) => label.repoId === repo.id);
}

/** Conversation comments, oldest first; those on lines are not in it. */
export function conversationOf(state: State, issue: Issue): Comment[] {
  return commentsOf(state, issue).filter((comment) => comment.inline === undefined);
}

export function commentsOf(state: State, issue: Issue): Comment[] {
  return [...state.comments.values()].filter((c) => c.repoId === issue.repoId && c.number === issue.number);
}

export function reviewsOf(state: State, issue: Issue): Review[] {
  return [...state.reviews.values()].filter((r) => r.repoId === issue.repoId && r.number === issue.number);
}
