// SQLite's errors in the store's own words.
import { StoreError } from '../store.js';

/** A `StoreError` for what SQLite says; anything else (a fault of the caller's work) as it is. */
export function asStoreError(error: unknown): unknown {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return error;
  const { code } = error;
  const options = { cause: error };
  if (!code.startsWith('SQLITE_')) return error;
  if (code.startsWith('SQLITE_FULL')) {
    return new StoreError('full', 'the disk of the database is full; free some space', options);
  }
  if (code.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_NOTADB') {
    return new StoreError('corrupt', 'the database is damaged; put a backup in its place', options);
  }
  if (code.startsWith('SQLITE_CONSTRAINT')) {
    return new StoreError('conflict', `a rule of the database does not allow it: ${error.message}`, options);
  }
  if (code.startsWith('SQLITE_BUSY')) {
    return new StoreError(
      'failed',
      'another process holds the database; only one kugetsu may use it',
      options,
    );
  }
  return new StoreError('failed', `the database failed: ${error.message}`, options);
}
