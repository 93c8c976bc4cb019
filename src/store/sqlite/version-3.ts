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

const ORDERS: readonly string[] = [];

const API: readonly string[] = [];
