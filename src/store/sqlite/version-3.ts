// The third version of the database: what the next house needs. Not released yet, so steps may still be added here.
import { sql } from 'kysely';
import type { Db } from './schema.js';

export async function version3(db: Db): Promise<void> {
  for (const statement of [...INBOX, ...QUEUE, ...RECORDS, ...ORDERS, ...API])
    await sql.raw(statement).execute(db);
}

const INBOX: readonly string[] = [
  // What became of a command, as data: told again to whoever asks with the same origin.
  `alter table commands add column result text`,
];

const QUEUE: readonly string[] = [
  // A discussion has a name and, in the column that cannot be empty, the number 0.
  `alter table tasks add column name text`,
];

const RECORDS: readonly string[] = [`alter table sessions add column name text`];

const ORDERS: readonly string[] = [
  // Until now everything was said at the forge of the issue; a name in the config has no colon.
  `alter table outbox add column destination text not null default ''`,
  `update outbox set destination = 'forge:' || substr(issue_key, 1, instr(issue_key, ':') - 1)`,
  // The same may be said at more than one destination.
  `update outbox set unique_key = destination || ' ' || unique_key`,
  `drop index outbox_issue`,
  `create index outbox_lane on outbox (issue_key, destination, id) where state = 'pending'`,
];

const API: readonly string[] = [];
