// Opens the store in one SQLite file: durable, checked, migrated. Nothing outside this folder knows SQLite.
import { chmodSync, existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import SQLite from 'better-sqlite3';
import {
  CompiledQuery,
  Kysely,
  SqliteDialect,
  SqliteDriver,
  type DatabaseConnection,
  type SqliteDialectConfig,
} from 'kysely';
import type { Log } from '../../support/log.js';
import { StoreError, type Store, type Tables } from '../store.js';
import { createCommands, createLabels, createRepos } from './small-tables.js';
import { createDeliveries } from './deliveries.js';
import { asStoreError } from './faults.js';
import { createGroupCommit } from './group-commit.js';
import { createOutbox } from './outbox.js';
import { createRuns } from './runs.js';
import { MIGRATIONS, type Db, type Schema } from './schema.js';
import { createSessions } from './sessions.js';
import { createTasks } from './tasks.js';

export interface OpenOptions {
  readonly file: string;
  readonly log?: Log;
}

/** @throws StoreError `newer`, `corrupt` or `failed`, each with what to do. */
export async function openSqliteStore({ file, log }: OpenOptions): Promise<Store> {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const raw = openFile(file);
  const db: Db = new Kysely<Schema>({ dialect: new ImmediateDialect({ database: raw }) });
  try {
    await migrate(raw, db, file, log);
  } catch (error) {
    await db.destroy();
    throw error;
  }
  const tables = tablesOn(db);
  const group = createGroupCommit(db);
  return {
    ...tables,
    deliveries: { ...tables.deliveries, add: group.add },
    transaction: (work) => withFaults(() => db.transaction().execute((inner) => work(tablesOn(inner)))),
    async close() {
      await group.drained();
      await db.destroy();
    },
  };
}

function tablesOn(db: Db): Tables {
  return {
    deliveries: createDeliveries(db),
    commands: createCommands(db),
    tasks: createTasks(db),
    sessions: createSessions(db),
    runs: createRuns(db),
    outbox: createOutbox(db),
    labels: createLabels(db),
    repos: createRepos(db),
  };
}

async function withFaults<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw asStoreError(error);
  }
}

/** `begin immediate`: a deferred transaction that meets another writer fails at once, whatever the busy timeout says. */
class ImmediateDriver extends SqliteDriver {
  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('begin immediate'));
  }
}

class ImmediateDialect extends SqliteDialect {
  readonly #config: SqliteDialectConfig;
  constructor(config: SqliteDialectConfig) {
    super(config);
    this.#config = config;
  }
  override createDriver(): SqliteDriver {
    return new ImmediateDriver(this.#config);
  }
}

function openFile(file: string): SQLite.Database {
  const isNew = !existsSync(file);
  try {
    const raw = new SQLite(file);
    chmodSync(file, 0o600);
    raw.pragma('journal_mode = WAL');
    // better-sqlite3 is silently NORMAL in WAL: then a power cut loses commits that were acknowledged.
    raw.pragma('synchronous = FULL');
    raw.pragma('busy_timeout = 5000');
    raw.pragma('foreign_keys = ON');
    if (!isNew) checkWhole(raw, file);
    return raw;
  } catch (error) {
    if (error instanceof StoreError) throw error;
    throw corrupt(file, error);
  }
}

function checkWhole(raw: SQLite.Database, file: string): void {
  const said: unknown = raw.pragma('quick_check', { simple: true });
  if (said === 'ok') return;
  raw.close();
  throw corrupt(file, new Error(String(said)));
}

function corrupt(file: string, cause: unknown): StoreError {
  return new StoreError(
    'corrupt',
    `${file} cannot be read as kugetsu's database; put a backup of it in its place`,
    { cause },
  );
}

async function migrate(raw: SQLite.Database, db: Db, file: string, log: Log | undefined): Promise<void> {
  const version = Number(raw.pragma('user_version', { simple: true }));
  if (version > MIGRATIONS.length) {
    const message = `${file} was written by a newer kugetsu (version ${version}, this one knows ${MIGRATIONS.length}); update kugetsu`;
    throw new StoreError('newer', message);
  }
  if (version === MIGRATIONS.length) return;
  if (version > 0) backUp(raw, `${file}.before-${MIGRATIONS.length}`);
  for (const [index, migration] of MIGRATIONS.entries()) {
    if (index < version) continue;
    await db.transaction().execute(async (inner) => {
      await migration(inner);
      await inner.executeQuery(CompiledQuery.raw(`pragma user_version = ${index + 1}`));
    });
    log?.info('store.migrated', { version: index + 1 });
  }
}

function backUp(raw: SQLite.Database, file: string): void {
  if (existsSync(file)) return;
  raw.prepare('vacuum into ?').run(file);
  chmodSync(file, 0o600);
}
