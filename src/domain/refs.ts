// Names of things at a forge: repositories, issues, people. Identity is the forge's numeric id, never a name.

/** A repository. `forge` is the name of the connection in the config; `path` is `owner/name` and may change; `id` never does. */
export interface RepoRef {
  readonly forge: string;
  readonly id: string;
  readonly path: string;
}

/** An issue or a pull request: GitHub and Gitea number both in one sequence. */
export interface SubjectRef {
  readonly repo: RepoRef;
  readonly number: number;
}

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

/** One issue's place in the queue: survives a rename of the repository. */
export function issueKeyOf(subject: SubjectRef): string {
  return `${subject.repo.forge}:${subject.repo.id}#${subject.number}`;
}

/** The repository's id in an issue's key. */
export function repoIdIn(issueKey: string): string {
  return issueKey.slice(issueKey.indexOf(':') + 1, issueKey.indexOf('#'));
}

/** What people read and type: `FORGE:OWNER/NAME#14`. */
export function showSubject(subject: SubjectRef): string {
  return `${subject.repo.forge}:${subject.repo.path}#${subject.number}`;
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
