// Names of things at a forge: repositories, issues, people. Identity is the forge's numeric id, never a name.

/** A repository. `forge` is the name of the connection in the config; `path` is `owner/name` and may change; `id` never does. */
export interface RepoRef {
  readonly forge: string;
  readonly id: string;
  readonly path: string;
}

/** An issue or a pull request: GitHub and Gitea number both in one sequence. */
export interface IssueRef {
  readonly repo: RepoRef;
  readonly number: number;
}

/** Work on a repository that has no number at the forge, shown as `#-name`: its answers go to the door that asked. */
export interface DiscussionRef {
  readonly repo: RepoRef;
  /** As `isDiscussionName` has it. */
  readonly name: string;
}

/** What a session is about. */
export type SubjectRef = IssueRef | DiscussionRef;

/**
 * An account at a forge. Gitea's payloads cannot tell bots: `unknown`. `system` are accounts with an id below zero. `operator`:
 * no account, but whoever holds the socket or a token of the API.
 */
export interface Actor {
  readonly id: string;
  readonly login: string;
  readonly kind: 'user' | 'bot' | 'system' | 'unknown' | 'operator';
}

export type Permission = 'none' | 'read' | 'write' | 'admin';

/** Is there a place for it at the forge, with comments and reactions? */
export function isNumbered(subject: SubjectRef): subject is IssueRef {
  return 'number' in subject;
}

/** The repository's id in an issue's key. */
export function repoIdIn(issueKey: string): string {
  return issueKey.slice(issueKey.indexOf(':') + 1, issueKey.indexOf('#'));
}

/** `14`, or the name of a discussion: for branch names and for people. */
export function refOf(subject: SubjectRef): string {
  return isNumbered(subject) ? String(subject.number) : subject.name;
}

/** Undefined for a discussion. */
export function numberOf(subject: SubjectRef): number | undefined {
  return isNumbered(subject) ? subject.number : undefined;
}

/** What stands behind the `#`: `14` or `-name`. */
export function hashRef(subject: SubjectRef): string {
  return isNumbered(subject) ? String(subject.number) : `-${subject.name}`;
}

/** One subject's place in the queue: survives a rename of the repository. */
export function issueKeyOf(subject: SubjectRef): string {
  return `${subject.repo.forge}:${subject.repo.id}#${hashRef(subject)}`;
}

/** What people read and type: `FORGE:OWNER/NAME#14`, `FORGE:OWNER/NAME#-name`. */
export function showSubject(subject: SubjectRef): string {
  return `${subject.repo.forge}:${subject.repo.path}#${hashRef(subject)}`;
}

/** A subject as it was typed: the repository is known by its path only. */
export type TypedSubject = { readonly forge: string; readonly path: string } & (
  | { readonly number: number }
  | { readonly name: string }
);

const NAME = '[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?';
const TYPED = new RegExp(`^([\\w.-]{1,100}):([^#\\s:]+)#(?:([1-9]\\d{0,8})|-(${NAME}))$`);

/** Of `FORGE:OWNER/NAME#14` or `FORGE:OWNER/NAME#-name`; undefined for anything else. */
export function parseSubject(text: string): TypedSubject | undefined {
  const [, forge = '', path = '', number, name = ''] = TYPED.exec(text) ?? [];
  if (!isRepoPath(path)) return undefined;
  return number === undefined ? { forge, path, name } : { forge, path, number: Number(number) };
}

const SEGMENT = /^[A-Za-z0-9_.-]{1,100}$/;

/** True for an `owner/name` that is safe to put into an URL path or a folder name. */
export function isRepoPath(path: string): boolean {
  const parts = path.split('/');
  return parts.length === 2 && parts.every((part) => SEGMENT.test(part) && part !== '.' && part !== '..');
}

const RANK: Record<Permission, number> = { none: 0, read: 1, write: 2, admin: 3 };

export function permits(has: Permission, needed: Permission): boolean {
  return RANK[has] >= RANK[needed];
}
