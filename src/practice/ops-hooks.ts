// Hooks and commit statuses.
import { ADMIN_WORDS, demand, demandWritable } from './core.js';
import type { Core } from './core.js';
import { accountById, nextId, nowIso, Refusal } from './state.js';
import type { Account, CommitInfo, CommitStatus, Hook, Repo } from './types.js';

export interface NewHook {
  readonly face: Hook['face'];
  readonly scope: Hook['scope'];
  readonly url: string;
  readonly contentType: Hook['contentType'];
  readonly secret: string;
  readonly events: readonly string[];
  readonly active: boolean;
  readonly authorizationHeader?: string | undefined;
}

/** For a repository: its administrators; for an owner: that owner. A system hook asks nobody. */
export function createHook(core: Core, actor: Account | undefined, wanted: NewHook): Hook {
  demandHookRight(core, actor, wanted.scope);
  if (!/^https?:\/\//.test(wanted.url)) throw new Refusal('invalid', 'Invalid url');
  const now = nowIso();
  const hook: Hook = {
    id: nextId(core.state, 'hook'),
    scope: wanted.scope,
    face: wanted.face,
    url: wanted.url,
    contentType: wanted.contentType,
    secret: wanted.secret,
    events: [...wanted.events],
    active: wanted.active,
    authorizationHeader: wanted.authorizationHeader ?? '',
    createdAt: now,
    updatedAt: now,
  };
  core.state.hooks.set(hook.id, hook);
  const repo = repoOfHook(core, hook);
  if (actor !== undefined && repo !== undefined)
    core.emit({ type: 'hook.created', repo, actor, hook, commit: undefined });
  return hook;
}

export function deleteHook(core: Core, actor: Account | undefined, hook: Hook): void {
  demandHookRight(core, actor, hook.scope);
  core.state.hooks.delete(hook.id);
}

/** "Test this hook": a delivery to this one only. Nothing while its repositories are empty of commits. */
export async function testHook(core: Core, actor: Account, hook: Hook): Promise<void> {
  const repo = repoOfHook(core, hook);
  const tip = repo?.branches.get(repo.defaultBranch);
  if (repo === undefined || tip === undefined) return;
  const commits = await core.git.commits(repo.dir, ['-1', tip]);
  core.emit({ type: 'hook.test', repo, actor, hook, commit: commits[0] });
}

export function hooksOfRepo(core: Core, repo: Repo): Hook[] {
  return [...core.state.hooks.values()].filter(
    (hook) => hook.scope.kind === 'repo' && hook.scope.repoId === repo.id,
  );
}

export function hooksOfOwner(core: Core, owner: Account): Hook[] {
  return [...core.state.hooks.values()].filter(
    (hook) => hook.scope.kind === 'owner' && hook.scope.ownerId === owner.id,
  );
}

export function demandHookRight(core: Core, actor: Account | undefined, scope: Hook['scope']): void {
  if (scope.kind === 'system') return;
  if (actor === undefined) throw new Refusal('unauthorized', 'token is required');
  if (scope.kind === 'owner') {
    const owner = accountById(core.state, scope.ownerId);
    const may = actor.siteAdmin || owner.id === actor.id || owner.ownerIds.includes(actor.id);
    if (!may) throw new Refusal('forbidden', 'Must be an organization owner');
    return;
  }
  const repo = core.state.repos.get(scope.repoId);
  if (repo === undefined) throw new Refusal('not_found', 'not found');
  demand(core, repo, actor, 'admin', ADMIN_WORDS);
}

function repoOfHook(core: Core, hook: Hook): Repo | undefined {
  const { scope } = hook;
  const repos = [...core.state.repos.values()];
  switch (scope.kind) {
    case 'repo':
      return core.state.repos.get(scope.repoId);
    case 'owner':
      return repos.find((repo) => repo.ownerId === scope.ownerId);
    default:
      return repos[0];
  }
}

export interface NewStatus {
  readonly sha: string;
  readonly context: string;
  readonly state: string;
  readonly description: string;
  readonly targetUrl: string;
}

/** Throws `not_found` for a commit that is not in the repository. */
export async function createStatus(
  core: Core,
  repo: Repo,
  actor: Account | undefined,
  wanted: NewStatus,
): Promise<CommitStatus> {
  const by = demand(core, repo, actor, 'write');
  demandWritable(core, repo);
  const commit = await commitOf(core, repo, wanted.sha);
  const status: CommitStatus = {
    ...wanted,
    sha: commit.sha,
    id: nextId(core.state, 'status'),
    repoId: repo.id,
    creatorId: by.id,
    at: nowIso(),
  };
  core.state.statuses.push(status);
  core.emit({ type: 'status', repo, actor: by, status, commit });
  return status;
}

/** The newest of each context. */
export function statusesOf(core: Core, repo: Repo, sha: string): CommitStatus[] {
  const newest = new Map<string, CommitStatus>();
  for (const status of core.state.statuses) {
    if (status.repoId === repo.id && status.sha === sha) newest.set(status.context, status);
  }
  return [...newest.values()];
}

async function commitOf(core: Core, repo: Repo, sha: string): Promise<CommitInfo> {
  const known = /^[0-9a-f]{7,40}$/.test(sha) && (await core.git.hasCommit(repo.dir, sha));
  const commit = known ? (await core.git.commits(repo.dir, ['-1', sha]))[0] : undefined;
  if (commit === undefined) throw new Refusal('not_found', 'not found');
  return commit;
}
