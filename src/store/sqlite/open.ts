// Opens the store in one SQLite file: durable, checked, migrated. Nothing outside this folder knows SQLite.
import type SQLite from 'better-sqlite3';
import { Kysely } from 'kysely';
import type { Log } from '../../support/log.js';
import type { Store, Tables } from '../store.js';
import { createApiTables } from './api.js';
import { createCommands } from './commands.js';
import { connect, damaged, endedUncleanly, versionOf } from './connect.js';
import { createDeliveries } from './deliveries.js';
import { createDialect } from './dialect.js';
import { createGroupCommit } from './group-commit.js';
import { asStoreError } from './faults.js';
import { lookOver } from './look-over.js';
import { createLabels } from './labels.js';
import { migrate, type Migration } from './migrate.js';
import { MIGRATIONS } from './migrations.js';
import { takeOver } from './one-worker.js';
import { createOrders } from './orders.js';
import { createQueue } from './queue.js';
import { createRepos } from './repos.js';
import { createRuns } from './runs.js';
import type { Db, Schema } from './schema.js';
import { createSessions } from './sessions.js';
import { createTurns } from './turns.js';

export interface OpenOptions {
  readonly file: string;
  readonly log?: Log | undefined;
  /** The one that uses it; what names another one is taken over. */
  readonly worker?: string;
}

export interface OpenedStore extends Store {
  /** What is wrong with the file, with what to do; found some time after an unclean end. Undefined while nothing is. */
  readonly damage: () => string | undefined;
}

/**
 * One process per file (the lock of the home sees to that).
 * @throws StoreError `newer`, `corrupt` or `failed`, each with what to do.
 */
export async function openSqliteStore({ file, log, worker }: OpenOptions): Promise<OpenedStore> {
  const unclean = endedUncleanly(file);
  const raw = connect(file, MIGRATIONS.length);
  const store = await createStore({ raw, file, log, migrations: MIGRATIONS });
  if (worker !== undefined) takeOver(raw, worker);
  return unclean ? lookedOver(store, file, log) : { ...store, damage: () => undefined };
}

/** After an unclean end: the store is used at once, and looked over meanwhile. */
function lookedOver(store: Store, file: string, log: Log | undefined): OpenedStore {
  let damage: string | undefined;
  log?.info('store.looked_over', { why: 'the last end was not a clean one' });
  const look = lookOver(file);
  async function judge(): Promise<void> {
    const said = await look.said;
    if (said === undefined || said === 'ok') return;
    damage = damaged(file);
    log?.error('store.damaged', { said, fix: damage });
  }
  const done = judge();
  return {
    ...store,
    damage: () => damage,
    async close() {
      look.end();
      await done;
      await store.close();
    },
  };
}

export interface StoreParts {
  readonly raw: SQLite.Database;
  readonly file: string;
  readonly log: Log | undefined;
  readonly migrations: readonly Migration[];
}

/** The store on a connection that `connect` made; closes it, also when it fails. */
export async function createStore({ raw, file, log, migrations }: StoreParts): Promise<Store> {
  const turns = createTurns();
  const db: Db = new Kysely<Schema>({ dialect: createDialect(raw, turns) });
  try {
    await migrate({ raw, db, file, log, migrations });
  } catch (error) {
    raw.close();
    throw error;
  }
  const tables = tablesOn(db);
  const group = createGroupCommit(raw, turns);
  return {
    ...tables,
    inbox: { ...tables.inbox, add: group.add },
    async transaction(work) {
      turns.check();
      return await db.transaction().execute((inner) => turns.inside(() => work(tablesOn(inner))));
    },
    async check() {
      const leave = await turns.enter();
      try {
        // The same number again is a write like any other, and its commit waits for the disk.
        raw.pragma(`user_version = ${versionOf(raw)}`);
      } catch (error) {
        throw asStoreError(error);
      } finally {
        leave();
      }
    },
    async close() {
      await group.drained();
      await turns.close();
      raw.close();
    },
  };
}

function tablesOn(db: Db): Tables {
  return {
    inbox: { ...createDeliveries(db), ...createCommands(db) },
    queue: createQueue(db),
    records: {
      sessions: createSessions(db),
      runs: createRuns(db),
      labels: createLabels(db),
      repos: createRepos(db),
    },
    orders: createOrders(db),
    api: createApiTables(db),
  };
}
