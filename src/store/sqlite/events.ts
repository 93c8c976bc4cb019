// The events: rows that triggers write beside each change (`version-3.ts`), read in order.
import type { Events, EventType, StoredEvent } from '../api.js';
import type { Db } from './schema.js';
import { aboutOf, repoKeyOf } from './about.js';

export function createEvents(db: Db): Events {
  return {
    async after(id, limit) {
      const rows = await select(db).where('events.id', '>', id).orderBy('events.id').limit(limit).execute();
      return rows.map(toEvent);
    },
    async range() {
      // Two looks: SQLite reads one end of a table at once, both of them only by reading all.
      const ends = db.selectFrom('events').select('id').limit(1);
      const oldest = await ends.orderBy('id').executeTakeFirst();
      const newest = await ends.orderBy('id', 'desc').executeTakeFirst();
      return { oldest: oldest?.id ?? 0, newest: newest?.id ?? 0 };
    },
  };
}

function select(db: Db) {
  return db
    .selectFrom('events')
    .leftJoin('repos', (join) => join.on('repos.key', '=', repoKeyOf('events.issue_key')))
    .selectAll('events')
    .select(['repos.forge', 'repos.id as repo_id', 'repos.path']);
}

function toEvent(row: Awaited<ReturnType<ReturnType<typeof select>['execute']>>[number]): StoredEvent {
  return {
    id: row.id,
    at: row.at,
    type: row.type as EventType,
    change: row.change as StoredEvent['change'],
    about: row.issue_key === null ? undefined : aboutOf({ ...row, issue_key: row.issue_key }),
    data: JSON.parse(row.data) as Record<string, unknown>,
  };
}
