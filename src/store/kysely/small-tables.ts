// Three small tables: commands that were carried out, labels that were seen, paths of repositories.
import type { Commands, Repos, SeenLabels } from '../store.js';
import type { Db } from './schema.js';

export function createCommands(db: Db): Commands {
  return {
    async record({ origin, verb, issueKey, actor, note, at }) {
      const row = await db
        .insertInto('commands')
        .values({ origin, verb, issue_key: issueKey, actor: JSON.stringify(actor), note, at })
        .onConflict((conflict) => conflict.column('origin').doNothing())
        .returning('origin')
        .executeTakeFirst();
      return row !== undefined;
    },
    async has(origin) {
      const row = await db
        .selectFrom('commands')
        .select('origin')
        .where('origin', '=', origin)
        .executeTakeFirst();
      return row !== undefined;
    },
  };
}

export function createLabels(db: Db): SeenLabels {
  return {
    async get(issueKey) {
      const row = await db
        .selectFrom('seen_labels')
        .select('labels')
        .where('issue_key', '=', issueKey)
        .executeTakeFirst();
      return row === undefined ? undefined : (JSON.parse(row.labels) as string[]);
    },
    async set(issueKey, labels) {
      const value = JSON.stringify(labels);
      await db
        .insertInto('seen_labels')
        .values({ issue_key: issueKey, labels: value })
        .onConflict((conflict) => conflict.column('issue_key').doUpdateSet({ labels: value }))
        .execute();
    },
  };
}

export function createRepos(db: Db): Repos {
  return {
    async saw({ forge, id, path }) {
      const row = await db
        .insertInto('repos')
        .values({ forge, id, path })
        .onConflict((conflict) =>
          conflict.columns(['forge', 'id']).doUpdateSet({ path }).where('repos.path', '<>', path),
        )
        .returning('id')
        .executeTakeFirst();
      return row !== undefined;
    },
    async get(forge, id) {
      const row = await db
        .selectFrom('repos')
        .selectAll()
        .where('forge', '=', forge)
        .where('id', '=', id)
        .executeTakeFirst();
      return row;
    },
  };
}

/** A task or session may come before any event said the path; a path that is known is not overwritten. */
export async function rememberPath(db: Db, repo: { forge: string; id: string; path: string }): Promise<void> {
  await db
    .insertInto('repos')
    .values({ forge: repo.forge, id: repo.id, path: repo.path })
    .onConflict((conflict) => conflict.columns(['forge', 'id']).doNothing())
    .execute();
}
