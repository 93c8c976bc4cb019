// Accounts, tokens and repositories: made, renamed, archived, forked, shared.
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { ADMIN_WORDS, demand } from './core.js';
import type { Core } from './core.js';
import { findAccount, lookUpRepo, nextId, nowIso, pathOf, Refusal } from './state.js';
import type { State } from './state.js';
import type { Access, Account, Repo, Token } from './types.js';

export interface NewAccount {
  readonly login: string;
  readonly kind?: Account['kind'] | undefined;
  readonly siteAdmin?: boolean | undefined;
  readonly ownerIds?: readonly number[] | undefined;
  /** Asked for when a test needs a certain id (Gitea's actions account has -2). */
  readonly id?: number | undefined;
}

export function createAccount(state: State, wanted: NewAccount): Account {
  if (!/^[A-Za-z0-9][A-Za-z0-9_.-]*(\[bot\])?$/.test(wanted.login))
    throw new Refusal('invalid', `bad login ${wanted.login}`);
  if (findAccount(state, wanted.login) !== undefined)
    throw new Refusal('exists', `user already exists [name: ${wanted.login}]`);
  const account: Account = {
    id: wanted.id ?? nextId(state, 'account'),
    login: wanted.login,
    kind: wanted.kind ?? 'user',
    email: `${wanted.login}@example.com`,
    siteAdmin: wanted.siteAdmin ?? false,
    ownerIds: [...(wanted.ownerIds ?? [])],
    createdAt: nowIso(),
  };
  state.accounts.set(account.id, account);
  return account;
}

/** The old login is free for anybody at once: at both forges a new account may take it. */
export function renameAccount(state: State, account: Account, login: string): void {
  if (findAccount(state, login) !== undefined)
    throw new Refusal('exists', `user already exists [name: ${login}]`);
  account.login = login;
}

/** A token with no limits unless `limits` names some. */
export function createToken(
  state: State,
  account: Account,
  limits: Partial<Omit<Token, 'accountId'>> = {},
): Token {
  const token: Token = {
    value: limits.value ?? `practice-${account.login}-${randomBytes(12).toString('hex')}`,
    accountId: account.id,
    scopes: limits.scopes,
    repoIds: limits.repoIds,
    expiresAtMs: limits.expiresAtMs,
  };
  state.tokens.set(token.value, token);
  return token;
}

export interface NewRepo {
  readonly owner: Account;
  readonly name: string;
  readonly private?: boolean | undefined;
  readonly defaultBranch?: string | undefined;
  readonly description?: string | undefined;
  /** Committed on the default branch; none = an empty repository. */
  readonly files?: Readonly<Record<string, string>> | undefined;
}

export async function createRepo(core: Core, actor: Account, wanted: NewRepo): Promise<Repo> {
  const { state } = core;
  const path = `${wanted.owner.login}/${wanted.name}`;
  if (!/^[A-Za-z0-9_.-]+$/.test(wanted.name) || /^\.+$/.test(wanted.name))
    throw new Refusal('invalid', `bad name ${wanted.name}`);
  if (lookUpRepo(state, path).kind === 'found')
    throw new Refusal('exists', 'The repository with the same name already exists.');
  const repo = newRepo(state, wanted, undefined);
  await core.git.create(repo.dir, repo.defaultBranch);
  if (wanted.files !== undefined && Object.keys(wanted.files).length > 0) {
    const author = { name: actor.login, email: actor.email };
    await core.git.commitFiles(repo.dir, {
      branch: repo.defaultBranch,
      message: 'Initial commit\n',
      author,
      files: wanted.files,
    });
    repo.branches = await core.git.branches(repo.dir);
  }
  state.repos.set(repo.id, repo);
  return repo;
}

function newRepo(state: State, wanted: NewRepo, parentId: number | undefined): Repo {
  const id = nextId(state, 'repo');
  const now = nowIso();
  return {
    id,
    ownerId: wanted.owner.id,
    name: wanted.name,
    description: wanted.description ?? '',
    private: wanted.private ?? false,
    archivedAt: undefined,
    defaultBranch: wanted.defaultBranch ?? 'main',
    createdAt: now,
    updatedAt: now,
    parentId,
    collaborators: new Map(),
    dir: join(state.home, 'repos', `${id}.git`),
    branches: new Map(),
    protectedBranches: new Set(),
    nextNumber: 1,
  };
}

/** A copy under another owner that remembers its parent. Throws `exists` when that owner has one of this name. */
export async function forkRepo(
  core: Core,
  actor: Account,
  parent: Repo,
  owner: Account = actor,
): Promise<Repo> {
  demand(core, parent, actor, 'read');
  const path = `${owner.login}/${parent.name}`;
  if (lookUpRepo(core.state, path).kind === 'found')
    throw new Refusal('exists', `repository is already forked by user [${path}]`);
  const wanted = { owner, name: parent.name, private: parent.private, defaultBranch: parent.defaultBranch };
  const repo = newRepo(core.state, wanted, parent.id);
  await core.git.create(repo.dir, repo.defaultBranch);
  await core.git.fetchObjects(repo.dir, parent.dir, 'refs/heads/*', 'refs/heads/*');
  repo.branches = await core.git.branches(repo.dir);
  core.state.repos.set(repo.id, repo);
  return repo;
}

/** The old path answers with a redirect from now on. */
export function renameRepo(core: Core, actor: Account | undefined, repo: Repo, name: string): void {
  const by = demand(core, repo, actor, 'admin', ADMIN_WORDS);
  if (name === repo.name) return;
  const { state } = core;
  const previousName = repo.name;
  const before = pathOf(state, repo).toLowerCase();
  const after = before.replace(/\/.*$/, `/${name.toLowerCase()}`);
  if (lookUpRepo(state, after).kind === 'found')
    throw new Refusal('exists', 'The repository with the same name already exists.');
  state.movedPaths.delete(after);
  state.movedPaths.set(before, repo.id);
  repo.name = name;
  repo.updatedAt = nowIso();
  core.emit({ type: 'repo.renamed', repo, actor: by, previousName });
}

export function setArchived(core: Core, actor: Account | undefined, repo: Repo, archived: boolean): void {
  const by = demand(core, repo, actor, 'admin', ADMIN_WORDS);
  repo.archivedAt = archived ? nowIso() : undefined;
  if (archived) core.emit({ type: 'repo.archived', repo, actor: by });
}

export function setCollaborator(
  core: Core,
  actor: Account | undefined,
  repo: Repo,
  who: Account,
  access: Access,
): void {
  demand(core, repo, actor, 'admin', ADMIN_WORDS);
  if (access === 'none') repo.collaborators.delete(who.id);
  else repo.collaborators.set(who.id, access);
}
