// Repositories are known by their id; their paths change. An old path is answered with a redirect: then the id is looked up.
import type { RepoRef } from '../domain/refs.js';
import { isRepoPath } from '../domain/refs.js';
import { ForgeError } from './forge.js';
import type { Repo } from './forge.js';

/** The forge answered a path with a redirect. Stays inside the adapters. */
export class MovedError extends Error {
  override readonly name = 'MovedError';
  constructor(
    message: string,
    /** As the forge sent it: only an id or an `owner/name` is ever taken from it, never an address. */
    private readonly location: string | undefined,
  ) {
    super(message);
  }

  /** GitHub names the id (`/repositories/1`), Gitea the new path (`/repos/acme/api`). */
  get target(): { readonly id?: string; readonly path?: string } {
    const id = /\/repositories\/(\d+)(?:[/?]|$)/.exec(this.location ?? '')?.[1];
    const path = /\/repos\/([^/?#]+\/[^/?#]+)/.exec(this.location ?? '')?.[1];
    return {
      ...(id === undefined ? {} : { id }),
      ...(path !== undefined && isRepoPath(path) ? { path } : {}),
    };
  }
}

export interface RepoPaths {
  /** Runs `call` with the path the repository has now: once more, with the new path, when the forge says it moved. */
  at<T>(repo: RepoRef, call: (path: string) => Promise<T>): Promise<T>;
  /** Keeps what an answer of the forge told. */
  learn(repo: Repo): void;
}

export function createRepoPaths(deps: {
  readonly lookUp: (id: string) => Promise<Repo>;
  readonly onRename?: ((repo: Repo) => void) | undefined;
}): RepoPaths {
  const paths = new Map<string, string>();
  return { at, learn };

  async function at<T>(repo: RepoRef, call: (path: string) => Promise<T>): Promise<T> {
    const path = paths.get(repo.id) ?? repo.path;
    if (!isRepoPath(path)) throw new ForgeError('invalid', 'not the path of a repository (owner/name)');
    try {
      return await call(path);
    } catch (error) {
      if (!(error instanceof MovedError)) throw error;
      const found = await deps.lookUp(repo.id);
      learn(found);
      deps.onRename?.(found);
      return againAt(found.ref.path, call);
    }
  }

  function learn(repo: Repo): void {
    paths.set(repo.ref.id, repo.ref.path);
  }
}

async function againAt<T>(path: string, call: (path: string) => Promise<T>): Promise<T> {
  try {
    return await call(path);
  } catch (error) {
    if (!(error instanceof MovedError)) throw error;
    throw new ForgeError('not_found', `${path} is answered with a redirect, again`, { cause: error });
  }
}

/** After a rename somebody may make another repository of the old name: no redirect tells then, only the id. */
export function sameRepo<T extends { readonly id: string }>(wanted: RepoRef, found: T): T {
  if (found.id === wanted.id) return found;
  throw new MovedError(`${wanted.path} is another repository now`, undefined);
}

/** For an `owner/name` that somebody typed: a redirect is followed by hand, once, to an id or a path. */
export async function readByPath<T>(
  path: string,
  read: { readonly byPath: (path: string) => Promise<T>; readonly byId: (id: string) => Promise<T> },
): Promise<T> {
  if (!isRepoPath(path)) throw new ForgeError('invalid', 'not the path of a repository (owner/name)');
  try {
    return await read.byPath(path);
  } catch (error) {
    if (!(error instanceof MovedError)) throw error;
    const { id, path: newPath } = error.target;
    if (id !== undefined) return read.byId(id);
    if (newPath !== undefined) return againAt(newPath, read.byPath);
    throw wrongAddress(error);
  }
}

/** A redirect of something that has no other name: most often http instead of https in the config. */
export function wrongAddress(error: MovedError): ForgeError {
  return new ForgeError('not_found', 'the forge answers with redirects: is the url in the config right?', {
    cause: error,
  });
}
