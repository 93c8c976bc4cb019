// GitHub: repositories, who we are, who may do what, and what git needs.
import type { Permission, RepoRef } from '../../domain/refs.js';
import { ForgeError } from '../forge.js';
import type { Forge, PermissionAnswer, Repo } from '../forge.js';
import { MovedError, readByPath, sameRepo, wrongAddress } from '../renames.js';
import { accountAnswer, permissionAnswer, repoAnswer } from './answers.js';
import type { RepoAnswer } from './answers.js';
import { answerOf, ask } from './ask.js';
import type { GithubDeps } from './forge.js';
import { readSelf } from './self.js';
import { toRepoRef } from './translate.js';

type Repos = Pick<
  Forge,
  'self' | 'getRepo' | 'getRepoById' | 'getRepoByPath' | 'getPermission' | 'gitAccess'
>;

export function createRepos(deps: GithubDeps): Repos {
  const { access, paths, place } = deps;
  let known: ReturnType<Forge['self']> | undefined;

  return {
    self,
    getRepo: (repo) => paths.at(repo, async (path) => keep(sameRepo(repo, await readRepo(deps, path)))),
    getRepoById: async (id) => keep(await readRepoById(deps, id)),
    getRepoByPath: async (path) =>
      keep(
        await readByPath(path, {
          byPath: (at) => readRepo(deps, at),
          byId: (id) => readRepoById(deps, id),
        }),
      ),
    getPermission: (repo, login) => paths.at(repo, (path) => readPermission(deps, path, login)),
    gitAccess,
  };

  function self(): ReturnType<Forge['self']> {
    known ??= readSelf(deps).catch((error: unknown) => {
      known = undefined;
      throw error;
    });
    return known;
  }

  /** Asks for the path first: git would be redirected, with our password, where a renamed repository is. */
  async function gitAccess(repo: RepoRef, need: 'read' | 'write') {
    const { ref } = keep(await readRepoById(deps, repo.id));
    const password = await access.gitToken(ref, need);
    return { url: `${place.url}/${ref.path}.git`, username: 'x-access-token', password };
  }

  function keep(raw: RepoAnswer): Repo {
    const repo = toRepo(deps, raw);
    paths.learn(repo);
    return repo;
  }
}

function readRepo(deps: GithubDeps, path: string): Promise<RepoAnswer> {
  return ask(deps.access, path, 'read the repository', repoAnswer, (octokit, at) =>
    octokit.rest.repos.get({ ...at }),
  );
}

/** By id, where renames do not matter. An app asks through each of its installations until one sees it. */
export async function readRepoById(deps: Pick<GithubDeps, 'access'>, id: string): Promise<RepoAnswer> {
  if (!/^\d+$/.test(id)) throw new ForgeError('invalid', 'not the id of a repository');
  let missing: unknown = new ForgeError('not_found', 'the app is not installed anywhere');
  for await (const octokit of deps.access.forAnyone()) {
    try {
      return await answerOf('read the repository', repoAnswer, () =>
        octokit.request('GET /repositories/{id}', { id: Number(id) }),
      );
    } catch (error) {
      if (error instanceof MovedError) throw wrongAddress(error);
      if (!(error instanceof ForgeError) || error.code !== 'not_found') throw error;
      missing = error;
    }
  }
  throw missing;
}

export function toRepo(deps: Pick<GithubDeps, 'place'>, raw: RepoAnswer): Repo {
  return {
    ref: toRepoRef(deps.place, raw),
    defaultBranch: raw.default_branch,
    isPrivate: raw.private,
    archived: raw.archived,
    url: `${deps.place.url}/${raw.full_name}`,
  };
}

/** GitHub itself folds `maintain` into write and `triage` into read; older servers may send them as they are. */
const PERMISSIONS: Readonly<Record<string, Permission>> = {
  admin: 'admin',
  maintain: 'write',
  write: 'write',
  triage: 'read',
  read: 'read',
};

/** A login goes into a path. */
const LOGIN = /^[\w-]{1,100}(\[bot\])?$/;

const NOBODY = { known: true, permission: 'none', accountId: undefined } as const;

function readUser(deps: GithubDeps, path: string, login: string) {
  return ask(deps.access, path, 'read an account', accountAnswer, (octokit) =>
    octokit.rest.users.getByUsername({ username: login }),
  );
}

async function readPermission(deps: GithubDeps, path: string, login: string): Promise<PermissionAnswer> {
  if (!LOGIN.test(login)) return NOBODY;
  try {
    const answer = await ask(deps.access, path, 'read a permission', permissionAnswer, (octokit, at) =>
      octokit.rest.repos.getCollaboratorPermissionLevel({ ...at, username: login }),
    );
    const user = answer.user ?? (await readUser(deps, path, login));
    return { known: true, permission: PERMISSIONS[answer.permission] ?? 'none', accountId: user.id };
  } catch (error) {
    if (!(error instanceof ForgeError)) throw error;
    if (error.code === 'not_found') return NOBODY;
    if (error.code !== 'forbidden') throw error;
    const fix =
      deps.access.app === undefined
        ? `Give our account write access to the repository ${path}`
        : `Give the app the permission "Metadata: read" and accept it for ${path}`;
    return { known: false, message: `${error.message}. ${fix}, so that it may ask who may do what` };
  }
}
