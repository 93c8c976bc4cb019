// Repositories and the path each has now; tasks and sessions name them by key and see a rename at the next read.
import { isNumbered, type RepoRef, type SubjectRef } from '../../domain/refs.js';
import type { Repos } from '../records.js';
import type { Db } from './schema.js';

export function createRepos(db: Db): Repos {
  return {
    async saw(repo) {
      const { forge, id, path } = repo;
      await db
        .insertInto('repos')
        .values({ key: repoKey(repo), forge, id, path })
        .onConflict((conflict) =>
          conflict.column('key').doUpdateSet({ path }).where('repos.path', '<>', path),
        )
        .execute();
    },
  };
}

export function repoKey(repo: Pick<RepoRef, 'forge' | 'id'>): string {
  return `${repo.forge}:${repo.id}`;
}

/** A task or session may come before any event said the path; a path that is known is not overwritten. */
export async function rememberRepo(db: Db, repo: RepoRef): Promise<void> {
  const { forge, id, path } = repo;
  await db
    .insertInto('repos')
    .values({ key: repoKey(repo), forge, id, path })
    .onConflict((conflict) => conflict.column('key').doNothing())
    .execute();
}

/** Of a row that has the repository joined in. */
export function subjectIn(row: {
  readonly forge: string;
  readonly repo_id: string;
  readonly path: string;
  readonly number: number;
  readonly name: string | null;
}): SubjectRef {
  const repo = { forge: row.forge, id: row.repo_id, path: row.path };
  return row.name === null ? { repo, number: row.number } : { repo, name: row.name };
}

export function subjectColumns(subject: SubjectRef): { number: number; name: string | null } {
  return isNumbered(subject) ? { number: subject.number, name: null } : { number: 0, name: subject.name };
}
