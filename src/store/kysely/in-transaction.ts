// Several statements as one: in the transaction that is open already, else in one of their own.
import type { Db } from './schema.js';

export async function inTransaction<T>(db: Db, work: (db: Db) => Promise<T>): Promise<T> {
  return db.isTransaction ? await work(db) : await db.transaction().execute(work);
}
