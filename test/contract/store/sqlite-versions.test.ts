// Databases that are older, newer, damaged or of something else.
import { existsSync, mkdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import SQLite from 'better-sqlite3';
import { sql } from 'kysely';
import { expect, onTestFinished, test } from 'vitest';
import { replyTo } from '../../../src/domain/order.js';
import { numberOf } from '../../../src/domain/refs.js';
import { lastSentAt, placeOrder } from '../../../src/store/place-order.js';
import type { Store } from '../../../src/store/store.js';
import { connect } from '../../../src/store/sqlite/connect.js';
import type { Migration } from '../../../src/store/sqlite/migrate.js';
import { MIGRATIONS } from '../../../src/store/sqlite/migrations.js';
import { createStore, openSqliteStore } from '../../../src/store/sqlite/open.js';
import { delivery, newSession, newTask, subject } from './given.js';
import { aFolder } from './sqlite-world.js';

const NEWEST = MIGRATIONS.length;

async function aDatabase(deliveries = 1): Promise<string> {
  const file = join(aFolder(), 'k.db');
  const store = await openSqliteStore({ file });
  const ids = Array.from({ length: deliveries }, (_, n) => `d-${n}`);
  await Promise.all(ids.map((id) => store.inbox.add(delivery(id, { body: 'x'.repeat(2_000) }))));
  await store.queue.enqueue(newTask(1));
  await store.close();
  return file;
}

async function openWith(file: string, more: readonly Migration[]): Promise<Store> {
  const migrations = [...MIGRATIONS, ...more];
  const raw = connect(file, migrations.length);
  const store = await createStore({ raw, file, log: undefined, migrations });
  onTestFinished(() => store.close());
  return store;
}

/** Looks into a file with nothing of ours. */
function look(file: string, question: string): unknown {
  const raw = new SQLite(file, { readonly: true });
  try {
    return raw.prepare(question).pluck().get();
  } finally {
    raw.close();
  }
}

const addColumn: Migration = async (db) => {
  await sql`alter table tasks add column colour text not null default 'grey'`.execute(db);
};

test('a new database has the newest version and no backup', async () => {
  const file = await aDatabase();
  expect(look(file, 'pragma user_version')).toBe(NEWEST);
  expect(existsSync(`${file}.before-${NEWEST}`)).toBe(false);
});

test('an older database is brought on, after a backup that only its owner can read', async () => {
  const before = process.umask(0);
  onTestFinished(() => {
    process.umask(before);
  });
  const file = await aDatabase();
  const backup = `${file}.before-${NEWEST + 1}`;
  writeFileSync(`${backup}.partial`, 'left by a crash');
  const store = await openWith(file, [addColumn]);
  expect((await store.queue.queued()).map((task) => numberOf(task.subject))).toEqual([1]);
  expect(look(file, 'select colour from tasks')).toBe('grey');
  expect(look(file, 'pragma user_version')).toBe(NEWEST + 1);
  expect((statSync(backup).mode & 0o777).toString(8)).toBe('600');
  expect([look(backup, 'pragma user_version'), look(backup, 'select count(*) from tasks')]).toEqual([
    NEWEST,
    1,
  ]);
  expect(existsSync(`${backup}.partial`)).toBe(false);
});

test('orders of the second version keep their names and lanes, and go to the forge of their issue', async () => {
  const file = join(aFolder(), 'k.db');
  const raw = connect(file, 2);
  await (await createStore({ raw, file, log: undefined, migrations: MIGRATIONS.slice(0, 2) })).close();
  const old = new SQLite(file);
  const add = old.prepare(
    `insert into outbox (issue_key, kind, payload, unique_key, run_at, created_at) values (?, ?, ?, ?, 1, 1)`,
  );
  add.run('work:5#14', 'report', '{"taskId":"T-1"}', 'report:T-1');
  const reply = { subject: subject(14), key: 'o', body: 'Hello' };
  add.run('work:5#14', 'reply', JSON.stringify(reply), 'reply:o');
  add.run('other:7#1', 'final', '{"taskId":"T-2"}', 'final:T-2');
  old.close();
  const store = await openWith(file, []);
  const due = await store.orders.due(1, 10);
  const report = { kind: 'report', taskId: 'T-1', issueKey: 'work:5#14', destination: 'forge:work' } as const;
  const final = { kind: 'final', taskId: 'T-2', also: [], issueKey: 'other:7#1', destination: 'forge:other' };
  expect(due.map(({ order }) => order)).toEqual([report, final]);
  await placeOrder(store, report, { now: 1 });
  const [first] = await store.orders.due(1, 10);
  expect(first).toMatchObject({ id: due[0]?.id, version: 2 });
  await store.orders.sent(first?.id ?? 0, 2, 5);
  expect(await lastSentAt(store, report)).toBe(5);
  const [next] = await store.orders.due(1, 1);
  expect(next?.order).toEqual(replyTo(reply.subject, { key: 'o', body: 'Hello' }));
});

test('runs, running tasks and worktrees of the second version are those of the worker that opens it', async () => {
  const file = join(aFolder(), 'k.db');
  const raw = connect(file, 2);
  await (await createStore({ raw, file, log: undefined, migrations: MIGRATIONS.slice(0, 2) })).close();
  const old = new SQLite(file);
  old.exec(`insert into repos values ('work:5', 'work', '5', 'acme/api')`);
  const data = JSON.stringify({ ...newSession(1), subject: undefined, worktree: 'work/5/1-s-1' });
  old
    .prepare(
      `insert into sessions (id, issue_key, repo_key, number, state, created_at, data) values ('s-1', 'work:5#1', 'work:5', 1, 'idle', 1, ?)`,
    )
    .run(data);
  old.exec(`insert into tasks (id, issue_key, repo_key, number, session_id, verb, state, priority, message, options, actor,
    boot_id, created_at, run_at) values ('T-1', 'work:5#1', 'work:5', 1, 's-1', 'start', 'running', 0, '', '{}', '{}', 'b', 1, 1)`);
  old.exec(`insert into runs (id, task_id, attempt, boot_id, started_at) values ('r', 'T-1', 1, 'b', 1)`);
  old.close();
  // Twice: the second time as after a backup was put back without the worker's id.
  for (const worker of ['here', 'made-anew']) {
    const store = await openSqliteStore({ file, worker });
    const { records, queue } = store;
    expect((await records.sessions.get('s-1'))?.worktree).toEqual({ name: 'work/5/1-s-1', worker });
    expect((await records.runs.open(worker)).map(({ id }) => id)).toEqual(['r']);
    expect((await queue.runningOn(worker)).map(({ id }) => id)).toEqual(['T-1']);
    await store.close();
  }
});

test('a step that fails changes nothing, and the steps before it stay', async () => {
  const file = await aDatabase();
  const broken: Migration = async (db) => {
    await sql`delete from tasks`.execute(db);
    await sql`alter table nothing add column x text`.execute(db);
  };
  await expect(openWith(file, [addColumn, broken])).rejects.toMatchObject({ code: 'failed' });
  expect(look(file, 'pragma user_version')).toBe(NEWEST + 1);
  expect(look(file, 'select colour from tasks')).toBe('grey');
});

test('a step that leaves something without what it refers to is refused', async () => {
  const file = await aDatabase();
  const orphaning: Migration = async (db) => {
    await sql`create table other (task text references tasks (id) deferrable initially deferred)`.execute(db);
    await sql`insert into other values ('T-none')`.execute(db);
  };
  await expect(openWith(file, [orphaning])).rejects.toThrow(/references/);
  expect(look(file, 'pragma user_version')).toBe(NEWEST);
});

test('a database of a newer version is refused, with what to do, and not touched', async () => {
  const file = await aDatabase();
  await (await openWith(file, [addColumn])).close();
  const before = readFileSync(file);
  const refused = openSqliteStore({ file });
  await expect(refused).rejects.toMatchObject({ name: 'StoreError', code: 'newer' });
  await expect(refused).rejects.toThrow(/newer kugetsu \(version \d+, this one knows \d+\).*install/);
  expect(readFileSync(file).equals(before)).toBe(true);
});

test('a damaged page is found at the start', async () => {
  const file = await aDatabase(200);
  const bytes = readFileSync(file);
  bytes.fill(0xa5, 4096 * 20, 4096 * 24);
  writeFileSync(file, bytes);
  await expectCorrupt(file);
});

test('a file that was cut off is found at the start', async () => {
  const file = await aDatabase(200);
  truncateSync(file, 4096 * 20);
  await expectCorrupt(file);
});

test('a file that is no database is refused', async () => {
  const file = join(aFolder(), 'k.db');
  writeFileSync(file, 'this is not a database, but it is long enough to be looked at\n'.repeat(100));
  await expectCorrupt(file);
});

test('a refusal names the backups that lie beside it', async () => {
  const file = await aDatabase();
  await (await openWith(file, [addColumn])).close();
  writeFileSync(file, 'x'.repeat(10_000));
  await expect(openSqliteStore({ file })).rejects.toThrow(new RegExp(`k\\.db\\.before-${NEWEST + 1}`));
});

test('a database of something else is refused and stays as it is', async () => {
  const file = join(aFolder(), 'k.db');
  const raw = new SQLite(file);
  raw.exec('create table tasks (a); insert into tasks values (7)');
  raw.close();
  await expectCorrupt(file);
  expect([look(file, 'select a from tasks'), look(file, 'select count(*) from sqlite_schema')]).toEqual([
    7, 1,
  ]);
});

test('a place that cannot be opened is told by its name', async () => {
  const file = join(aFolder(), 'k.db');
  mkdirSync(file);
  const refused = openSqliteStore({ file });
  await expect(refused).rejects.toMatchObject({ name: 'StoreError', code: 'failed' });
  await expect(refused).rejects.toThrow(file);
});

async function expectCorrupt(file: string): Promise<void> {
  const before = readFileSync(file);
  const refused = openSqliteStore({ file });
  await expect(refused).rejects.toMatchObject({ name: 'StoreError', code: 'corrupt' });
  await expect(refused).rejects.toThrow(file);
  expect(readFileSync(file).equals(before)).toBe(true);
}
