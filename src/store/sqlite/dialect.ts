// Kysely's SQLite dialect as kugetsu needs it: immediate transactions, turns in order, errors in the store's words.
import type SQLite from 'better-sqlite3';
import {
  CompiledQuery,
  SqliteAdapter,
  SqliteDialect,
  SqliteDriver,
  type DatabaseConnection,
  type DialectAdapter,
  type Driver,
  type QueryResult,
  type SqliteDatabase,
} from 'kysely';
import { asStoreError } from './faults.js';
import type { Turns } from './turns.js';

export function createDialect(raw: SQLite.Database, turns: Turns): SqliteDialect {
  return new ImmediateDialect(raw, turns);
}

class ImmediateDialect extends SqliteDialect {
  readonly #raw: SQLite.Database;
  readonly #turns: Turns;
  constructor(raw: SQLite.Database, turns: Turns) {
    super({ database: raw });
    this.#raw = raw;
    this.#turns = turns;
  }
  override createDriver(): Driver {
    return new ImmediateDriver(this.#raw, this.#turns);
  }
  override createAdapter(): DialectAdapter {
    return new TurnsAdapter();
  }
}

/**
 * Kysely would guard a single connection with a lock of its own, taken before ours is asked: whoever uses the store inside
 * its own transaction would wait for ever instead of being refused. `Turns` is the one guard.
 */
class TurnsAdapter extends SqliteAdapter {
  override get supportsMultipleConnections(): boolean {
    return true;
  }
}

class ImmediateDriver extends SqliteDriver {
  readonly #raw: SQLite.Database;
  readonly #turns: Turns;
  #leave = () => {};
  constructor(raw: SQLite.Database, turns: Turns) {
    super({ database: withStatementsKept(raw) });
    this.#raw = raw;
    this.#turns = turns;
  }

  override async acquireConnection(): Promise<DatabaseConnection> {
    this.#leave = await this.#turns.enter();
    return translated(await super.acquireConnection());
  }

  override async releaseConnection(): Promise<void> {
    await super.releaseConnection();
    this.#leave();
  }

  /** A deferred transaction that meets another writer fails at once, whatever the busy timeout says. */
  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('begin immediate'));
  }

  /** On some errors (a full disk) SQLite has rolled back already; a second one would hide the reason. */
  override async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    if (this.#raw.inTransaction) await super.rollbackTransaction(connection);
  }
}

/** More different statements than kugetsu has: only lists of varying length (`in (?, ?)`) have no end. */
const MOST_STATEMENTS = 500;

/** To prepare a statement costs more than to run most of them, and they are the same few again and again. */
function withStatementsKept(raw: SQLite.Database): SqliteDatabase {
  const kept = new Map<string, SQLite.Statement>();
  return {
    close: () => raw.close(),
    prepare(sql) {
      const there = kept.get(sql);
      if (there !== undefined) return there;
      const made = raw.prepare(sql);
      if (kept.size >= MOST_STATEMENTS) kept.clear();
      if (/^\s*(select|insert|update|delete|with)\b/i.test(sql)) kept.set(sql, made);
      return made;
    },
  };
}

function translated(connection: DatabaseConnection): DatabaseConnection {
  return {
    async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
      try {
        return await connection.executeQuery<R>(query);
      } catch (error) {
        throw asStoreError(error);
      }
    },
    streamQuery: (query, chunkSize) => connection.streamQuery(query, chunkSize),
  };
}
