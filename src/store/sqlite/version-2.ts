// The second version of the database: what the first one lacked.
import { sql } from 'kysely';
import type { Db } from './schema.js';

export async function version2(db: Db): Promise<void> {
  for (const statement of [...INBOX, ...WORK, ...OUTBOX]) await sql.raw(statement).execute(db);
}

const INBOX: readonly string[] = [
  // What waits for its first try and what was postponed are looked for apart: many postponed ones hide no new one.
  `create index deliveries_new on deliveries (seq) where result is null and attempts = 0`,
  // Known of what was postponed: what comes later in its lane waits behind it, after a restart too.
  `alter table deliveries add column lane text`,
  `create index deliveries_lane on deliveries (lane, seq) where result is null and lane is not null`,
  `create index deliveries_postponed on deliveries (due_at, seq) where result is null and attempts > 0`,
];

const WORK: readonly string[] = [
  `alter table tasks add column delay text`,
  `create index tasks_waiting_order on tasks (priority desc, seq) where state = 'waiting'`,
  `create index tasks_waiting_of_repo on tasks (repo_key, priority desc, seq) where state = 'waiting'`,
  `create index tasks_delayed_of_repo on tasks (repo_key, priority desc, seq) where state = 'delayed'`,
  `create index tasks_reporting on tasks (seq) where state = 'reporting'`,
  `create index sessions_open_pull on sessions (seq)
    where state <> 'reaped' and json_extract(data, '$.pull.state') = 'open'`,
];

const OUTBOX: readonly string[] = [];
