// The second version of the database: what the first one lacked. Not released yet, so steps may still be added here.
import { sql } from 'kysely';
import type { Db } from './schema.js';

export async function version2(db: Db): Promise<void> {
  for (const statement of [...INBOX, ...WORK, ...OUTBOX]) await sql.raw(statement).execute(db);
}

const INBOX: readonly string[] = [];

const WORK: readonly string[] = [`alter table tasks add column delay text`];

const OUTBOX: readonly string[] = [];
