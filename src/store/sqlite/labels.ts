// Labels as they were when they were last looked at.
import type { SeenLabels } from '../records.js';
import type { Db } from './schema.js';

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
