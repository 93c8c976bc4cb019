// Which issue a row belongs to: its key, and the repository that the key names with the path it has now.
import { sql, type RawBuilder } from 'kysely';
import type { About } from '../api.js';

/** `FORGE:REPO_ID` of an issue key, as in `repos.key`. */
export function repoKeyOf(column: string): RawBuilder<string> {
  const key = sql.ref<string>(column);
  return sql<string>`substr(${key}, 1, instr(${key}, '#') - 1)`;
}

/** A repository of which no path was ever seen has its id as one. */
export function aboutOf(row: {
  readonly issue_key: string;
  readonly forge: string | null;
  readonly repo_id: string | null;
  readonly path: string | null;
}): About {
  const { issue_key: issueKey, path } = row;
  const [, forge = '', id = ''] = /^([^:]*):([^#]*)#/.exec(issueKey) ?? [];
  return { issueKey, repo: { forge: row.forge ?? forge, id: row.repo_id ?? id, path: path ?? id } };
}
