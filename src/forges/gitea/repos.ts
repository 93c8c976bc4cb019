// Gitea: repositories, who we are, who may do what, and what git needs.
import type { Actor, Permission, RepoRef } from '../../domain/refs.js';
import { ForgeError } from '../forge.js';
import type { Forge, PermissionAnswer, Repo } from '../forge.js';
import { MovedError, readByPath, sameRepo, wrongAddress } from '../renames.js';
import { permissionAnswer, repoAnswer, userAnswer } from './answers.js';
import type { RepoAnswer } from './answers.js';
import { tokenOf } from './client.js';
import type { GiteaDeps } from './forge.js';
import { toActor, toRepoRef } from './translate.js';

type Repos = Pick<
  Forge,
  'self' | 'getRepo' | 'getRepoById' | 'getRepoByPath' | 'getPermission' | 'gitAccess'
>;

export function createRepos(deps: GiteaDeps): Repos {
  const { client, paths, place } = deps;
  let known: ReturnType<Forge['self']> | undefined;

  return {
    self,
    getRepo: (repo) =>
      paths.at(repo, async (path) => keep(sameRepo(repo, await client.read(repoAnswer, `/repos/${path}`)))),
    getRepoById: async (id) => keep(await readRepoById(deps, id)),
    getRepoByPath,
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

  async function getRepoByPath(path: string): Promise<Repo> {
    const byPath = (at: string): Promise<RepoAnswer> => client.read(repoAnswer, `/repos/${at}`);
    return keep(await readByPath(path, { byPath, byId: (id) => readRepoById(deps, id) }));
  }

  /** Asks for the path first: git would be redirected, with our password, where a renamed repository is. */
  async function gitAccess(repo: RepoRef) {
    const { ref } = keep(await readRepoById(deps, repo.id));
    const { login } = await self();
    return { url: `${place.url}/${ref.path}.git`, username: login, password: tokenOf(deps.options) };
  }

  function keep(raw: RepoAnswer): Repo {
    const repo = toRepo(deps, raw);
    paths.learn(repo);
    return repo;
  }
}

/** By id, where renames do not matter. Throws `ForgeError`. */
export async function readRepoById(deps: Pick<GiteaDeps, 'client'>, id: string): Promise<RepoAnswer> {
  if (!/^\d+$/.test(id)) throw new ForgeError('invalid', 'not the id of a repository');
  try {
    return await deps.client.read(repoAnswer, `/repositories/${id}`);
  } catch (error) {
    if (!(error instanceof MovedError)) throw error;
    throw wrongAddress(error);
  }
}

export function toRepo(deps: Pick<GiteaDeps, 'place'>, raw: RepoAnswer): Repo {
  return {
    ref: toRepoRef(deps.place, raw),
    defaultBranch: raw.default_branch,
    isPrivate: raw.private,
    archived: raw.archived,
    url: `${deps.place.url}/${raw.full_name}`,
  };
}

/** Gitea makes the noreply address of an account from its id, its login and the host name (`NO_REPLY_ADDRESS`). */
async function readSelf({ client, place }: GiteaDeps): Promise<Actor & { readonly email: string }> {
  try {
    const user = await client.read(userAnswer, '/user');
    const host = new URL(place.url).hostname;
    return { ...toActor(user), email: `${user.id}+${user.login}@noreply.${host}` };
  } catch (error) {
    if (!(error instanceof MovedError)) throw error;
    throw wrongAddress(error);
  }
}

const PERMISSIONS: Readonly<Record<string, Permission>> = {
  owner: 'admin',
  admin: 'admin',
  write: 'write',
  read: 'read',
};

/** A login goes into a path: not `.` or `..`. */
const LOGIN = /^(?!\.+$)[\w.-]{1,100}$/;

const NOBODY = { known: true, permission: 'none', accountId: undefined } as const;

async function readPermission(deps: GiteaDeps, path: string, login: string): Promise<PermissionAnswer> {
  if (!LOGIN.test(login)) return NOBODY;
  try {
    const answer = await deps.client.read(
      permissionAnswer,
      `/repos/${path}/collaborators/${login}/permission`,
    );
    const user = answer.user ?? (await deps.client.read(userAnswer, `/users/${login}`));
    return { known: true, permission: PERMISSIONS[answer.permission] ?? 'none', accountId: user.id };
  } catch (error) {
    if (!(error instanceof ForgeError)) throw error;
    if (error.code === 'not_found') return NOBODY;
    if (error.code !== 'forbidden') throw error;
    return {
      known: false,
      message: `${error.message}. Make the bot an admin of the repository ${path}, so that it may ask who may do what`,
    };
  }
}
