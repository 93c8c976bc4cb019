// Opens the store in one SQLite file: durable, checked, migrated. Nothing outside this folder knows SQLite.
import type SQLite from 'better-sqlite3';
import { Kysely } from 'kysely';
import type { Log } from '../../support/log.js';
import type { Store, Tables } from '../store.js';
import { createCommands } from './commands.js';
import { connect } from './connect.js';
import { createDeliveries } from './deliveries.js';
import { createDialect } from './dialect.js';
import { createGroupCommit } from './group-commit.js';
import { createLabels } from './labels.js';
import { migrate, type Migration } from './migrate.js';
import { MIGRATIONS } from './migrations.js';
import { createOutbox } from './outbox.js';
import { createRepos } from './repos.js';
import { createRuns } from './runs.js';
import type { Db, Schema } from './schema.js';
import { createSessions } from './sessions.js';
import { createTasks } from './tasks.js';
import { createTurns } from './turns.js';

export interface OpenOptions {
  readonly file: string;
  readonly log?: Log | undefined;
}

/**
 * One process per file (the lock of the home sees to that).
 * @throws StoreError `newer`, `corrupt` or `failed`, each with what to do.
 */
export async function openSqliteStore({ file, log }: OpenOptions): Promise<Store> {
  const raw = connect(file, MIGRATIONS.length);
  return await createStore({ raw, file, log, migrations: MIGRATIONS });
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
    deliveries: { ...tables.deliveries, add: group.add },
    async transaction(work) {
      turns.check();
      return await db.transaction().execute((inner) => turns.inside(() => work(tablesOn(inner))));
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
