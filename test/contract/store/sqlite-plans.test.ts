// A claim costs the same with one or a million tasks: shown by how SQLite would go about it, not by a clock.
import { join } from 'node:path';
import { Kysely, SqliteDialect, type RawBuilder } from 'kysely';
import { expect, onTestFinished, test } from 'vitest';
import { connect } from '../../../src/store/sqlite/connect.js';
import { MIGRATIONS } from '../../../src/store/sqlite/migrations.js';
import { createStore } from '../../../src/store/sqlite/open.js';
import { bestOfFirst, bestOfRepos } from '../../../src/store/sqlite/task-claim.js';
import { aFolder } from './sqlite-world.js';

interface Plan {
  readonly sql: string;
  /** Each step in SQLite's words (sqlite.org/eqp.html), one per line. */
  readonly steps: string;
}

async function planOf(query: RawBuilder<unknown>): Promise<Plan> {
  const file = join(aFolder(), 'k.db');
  const raw = connect(file, MIGRATIONS.length);
  const store = await createStore({ raw, file, log: undefined, migrations: MIGRATIONS });
  onTestFinished(() => store.close());
  const { sql, parameters } = query.compile(new Kysely({ dialect: new SqliteDialect({ database: raw }) }));
  const rows = raw.prepare<unknown[], { detail: string }>(`explain query plan ${sql}`).all(parameters);
  return { sql, steps: rows.map((row) => row.detail).join('\n') };
}

test('the best ready task is the first entry of one index', async () => {
  const { steps } = await planOf(bestOfFirst([]));
  expect(steps).toBe('SCAN tasks USING COVERING INDEX tasks_ready');
});

test('with excepted repositories only the beginning of that index is read', async () => {
  const { sql, steps } = await planOf(bestOfFirst(['work:5']));
  expect(steps).toContain('SCAN tasks USING INDEX tasks_ready');
  expect(sql).toMatch(/order by priority desc, seq limit 100\)/);
});

test('far behind excepted repositories it hops from repository to repository by an index', async () => {
  const { steps } = await planOf(bestOfRepos(['work:5']));
  expect(steps).toContain('SEARCH tasks USING COVERING INDEX tasks_ready_of_repo (repo_key=?)');
  expect(steps).toContain('SEARCH tasks USING COVERING INDEX tasks_ready_of_repo (repo_key>?)');
  expect(steps).not.toMatch(/SCAN tasks(?! USING COVERING INDEX tasks_ready_of_repo)/);
});
