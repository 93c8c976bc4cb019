// What every operation works with: the memory, the git repositories, and a place to say what happened.
import type { PracticeEvent } from './events.js';
import type { GitStore } from './git-store.js';
import { allows, accessOf, Refusal } from './state.js';
import type { State } from './state.js';
import type { Access, Account, Repo } from './types.js';

export interface Core {
  readonly state: State;
  readonly git: GitStore;
  /** Renders the event for every hook that wants it now, and sends it after the answer. */
  emit(event: PracticeEvent): void;
  /** Runs alone among the works on this repository's git: pushes, merges, new pull requests. */
  exclusive<T>(repo: Repo, work: () => Promise<T>): Promise<T>;
}

/** One chain of works per repository. */
export function createExclusive(): Core['exclusive'] {
  const tails = new Map<number, Promise<unknown>>();
  return async (repo, work) => {
    const before = tails.get(repo.id) ?? Promise.resolve();
    const mine = before.then(work, work);
    tails.set(
      repo.id,
      mine.catch(() => undefined),
    );
    return mine;
  };
}

/**
 * Throws `Refusal`: `unauthorized` without an account, `not_found` where the repository may not even be seen,
 * `archived` for any writing, else `forbidden` with the words given.
 */
export function demand(
  core: Core,
  repo: Repo,
  actor: Account | undefined,
  needed: Access,
  words = 'write permission is required',
): Account {
  const has = accessOf(core.state, repo, actor);
  if (actor === undefined) throw new Refusal('unauthorized', 'token is required');
  if (has === 'none') throw new Refusal('not_found', 'not found');
  if (!allows(has, needed)) throw new Refusal('forbidden', words);
  return actor;
}

/** A write of any kind: refused on an archived repository. */
export function demandWritable(core: Core, repo: Repo): void {
  if (repo.archivedAt === undefined) return;
  const owner = core.state.accounts.get(repo.ownerId)?.login ?? '';
  throw new Refusal('archived', `${owner}/${repo.name} is archived`);
}

export const ADMIN_WORDS = 'user should be an owner or a collaborator with admin write of a repository';
