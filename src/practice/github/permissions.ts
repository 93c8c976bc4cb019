// Which permission of an app a call needs, and whether a token has it.
import type { Installation } from './apps.js';
import type { Repo, Token } from '../types.js';

/** Undefined: the call is open to every installation token. */
function permissionFor(method: string, rest: string): string[] | undefined {
  const area = rest.split('/')[1] ?? '';
  // A pull request is an issue too: either permission will do for what both have.
  if (area === 'issues') return ['issues', 'pull_requests'];
  if (area === 'labels') return ['issues', 'pull_requests'];
  if (area === 'pulls') return rest.endsWith('/merge') ? ['contents'] : ['pull_requests'];
  if (area === 'git' || area === 'branches' || area === 'contents') return ['contents'];
  if (area === 'statuses' || area === 'commits') return ['statuses'];
  if (area === 'hooks') return ['repository_hooks'];
  if (area === 'collaborators' && method !== 'GET') return ['administration'];
  return area === '' && method !== 'GET' ? ['administration'] : undefined;
}

/** @param rest what stands behind `/repos/OWNER/NAME`, e.g. `/issues/1` */
export function mayCall(token: Token | undefined, method: string, rest: string): boolean {
  const needed = permissionFor(method, rest);
  if (needed === undefined || token?.scopes === undefined) return true;
  const enough = method === 'GET' ? ['read', 'write'] : ['write'];
  const { scopes } = token;
  return needed.some((name) => enough.some((level) => scopes.includes(`${name}:${level}`)));
}

/** Other repositories are not there for it. */
export function reaches(installation: Installation, token: Token | undefined, repo: Repo): boolean {
  if (repo.ownerId !== installation.accountId) return !repo.private;
  return token?.repoIds === undefined || token.repoIds.includes(repo.id);
}
