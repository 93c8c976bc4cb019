// What only a file on a disk can show: settings, modes, one commit for many, a full disk, a killed process.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import SQLite from 'better-sqlite3';
import { sql } from 'kysely';
import { expect, onTestFinished, test } from 'vitest';
import { connect } from '../../../src/store/sqlite/connect.js';
import type { Migration } from '../../../src/store/sqlite/migrate.js';
import { MIGRATIONS } from '../../../src/store/sqlite/migrations.js';
import { createStore } from '../../../src/store/sqlite/open.js';
import { asked, delivery, key, refusal } from './given.js';
import { aFolder, anOpenStore } from './sqlite-world.js';
import { commitsIn } from './wal.js';

test('the connection is set to survive a power cut, on a new file and on one that is there', () => {
  const file = join(aFolder(), 'k.db');
  for (const _ of ['new', 'there']) {
    const raw = connect(file, 1);
    raw.exec('pragma user_version = 1');
    const setting = (name: string) => raw.pragma(name, { simple: true });
    expect(setting('journal_mode')).toBe('wal');
    // 2 is FULL: each commit is followed by a sync of the log. On a file in WAL the driver's own default is 1.
    expect(setting('synchronous')).toBe(2);
    expect(setting('foreign_keys')).toBe(1);
    expect(Number(setting('busy_timeout'))).toBeGreaterThanOrEqual(1000);
    raw.close();
  }
});

test('the files and the folder made for them are for their owner only, whatever the umask', async () => {
  const before = process.umask(0);
  onTestFinished(() => {
    process.umask(before);
  });
  const folder = join(aFolder(), 'deep', 'data');
  const file = join(folder, 'k.db');
  const store = await anOpenStore(file);
  await store.inbox.add(delivery('a'));
  const mode = (path: string) => (statSync(path).mode & 0o777).toString(8);
  expect(mode(folder)).toBe('700');
  expect([file, `${file}-wal`, `${file}-shm`].map((path) => mode(path))).toEqual(['600', '600', '600']);
});

test('a hundred adds of one turn are one commit, in the log before any of them is acknowledged', async () => {
  const file = join(aFolder(), 'k.db');
  const store = await anOpenStore(file);
  const before = commitsIn(file);
  const seen = new Set<number>();
  const adds = Array.from({ length: 100 }, async (_, n) => {
    const answer = await store.inbox.add(delivery(`d-${n}`));
    seen.add(commitsIn(file) - before);
    return answer;
  });
  expect(new Set(await Promise.all(adds))).toEqual(new Set(['stored']));
  expect([...seen]).toEqual([1]);
  // Requests of different sockets come in callbacks of their own, with microtasks in between.
  const sockets = Array.from({ length: 20 }, async (_, n) => {
    await new Promise((resolve) => setImmediate(resolve));
    return await store.inbox.add(delivery(`s-${n}`));
  });
  await Promise.all(sockets);
  expect(commitsIn(file) - before).toBe(2);
});

test('what is added over several turns beside an open transaction is one commit after it', async () => {
  const file = join(aFolder(), 'k.db');
  const store = await anOpenStore(file);
  const before = commitsIn(file);
  const adds: Promise<unknown>[] = [];
  let begun = () => {};
  const isOpen = new Promise<void>((resolve) => {
    begun = resolve;
  });
  const transaction = store.transaction(async ({ orders }) => {
    await orders.add(asked('a'));
    begun();
    while (adds.length < 30) await new Promise((resolve) => setImmediate(resolve));
  });
  await isOpen;
  for (let n = 0; n < 30; n += 1) {
    await new Promise((resolve) => setImmediate(resolve));
    adds.push(store.inbox.add(delivery(`d-${n}`)));
  }
  await Promise.all([transaction, ...adds]);
  expect(commitsIn(file) - before).toBe(2);
});

test('on a full disk every caller of the turn is told, nothing is half stored, and it goes on when there is room', async () => {
  const file = join(aFolder(), 'k.db');
  const raw = connect(file, MIGRATIONS.length);
  const store = await createStore({ raw, file, log: undefined, migrations: MIGRATIONS });
  onTestFinished(() => store.close());
  await store.inbox.add(delivery('before'));
  raw.pragma(`max_page_count = ${Number(raw.pragma('page_count', { simple: true })) + 3}`);
  const large = { body: 'x'.repeat(20_000) };
  const adds = ['a', 'b', 'c'].map((id) => refusal(store.inbox.add(delivery(id, large))));
  expect(await Promise.all(adds)).toEqual(['full', 'full', 'full']);
  const transaction = store.transaction(async ({ records: { labels }, inbox }) => {
    await labels.set(key(1), ['x']);
    await inbox.add(delivery('d', large));
  });
  expect(await refusal(transaction)).toBe('full');
  expect((await store.inbox.list(10)).map((one) => one.id)).toEqual(['before']);
  expect(await store.records.labels.get(key(1))).toBeUndefined();
  raw.pragma('max_page_count = 100000');
  expect(await store.inbox.add(delivery('a', large))).toBe('stored');
});

test('of a transaction that SQLite itself took back the reason is told, and the next one is free to begin', async () => {
  const file = join(aFolder(), 'k.db');
  const trap: Migration = async (db) => {
    await sql`create trigger trap before insert on seen_labels when new.labels = '["trap"]'
      begin select raise(rollback, 'sprung'); end`.execute(db);
  };
  const migrations = [...MIGRATIONS, trap];
  const raw = connect(file, migrations.length);
  const store = await createStore({ raw, file, log: undefined, migrations });
  onTestFinished(() => store.close());
  const transaction = store.transaction(async ({ records: { labels }, orders }) => {
    await orders.add(asked('a'));
    await labels.set(key(1), ['trap']);
  });
  await expect(transaction).rejects.toThrow(/sprung/);
  expect(await store.orders.due(1000, 10)).toEqual([]);
  await store.transaction(({ records: { labels } }) => labels.set(key(1), ['fine']));
  expect(await store.records.labels.get(key(1))).toEqual(['fine']);
});

test('a transaction keeps another writer of the file out from its beginning, also before it writes', async () => {
  const file = join(aFolder(), 'k.db');
  const store = await anOpenStore(file);
  const other = new SQLite(file, { timeout: 0 });
  onTestFinished(() => {
    other.close();
  });
  const codes = await store.transaction(async ({ records: { labels } }) => {
    expect(await labels.get(key(1))).toBeUndefined();
    const code = await refusal(
      Promise.resolve().then(() => other.exec("insert into seen_labels values ('x', '[]')")),
    );
    await labels.set(key(1), ['mine']);
    return code;
  });
  expect(codes).toBe('SQLITE_BUSY');
  expect(await store.records.labels.get(key(1))).toEqual(['mine']);
});

test('kill -9 in the middle of adds: every acknowledged delivery is there', async () => {
  const file = join(aFolder(), 'k.db');
  const acknowledged = new Set<string>();
  for (const round of ['first', 'second', 'third']) {
    const ids = await addUntilKilled(file, round, 400);
    expect(ids.length).toBeGreaterThanOrEqual(400);
    for (const id of ids) acknowledged.add(id);
  }
  const store = await anOpenStore(file);
  const there = new Set((await store.inbox.list(1_000_000)).map((one) => one.id));
  expect([...acknowledged].filter((id) => !there.has(id))).toEqual([]);
}, 60_000);

/** A process of its own that adds and prints each id once its promise resolved; killed after so many. */
async function addUntilKilled(file: string, round: string, count: number): Promise<string[]> {
  const script = fileURLToPath(new URL('adder.mjs', import.meta.url));
  const child = spawn(process.execPath, [script, file, round], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  let printed = '';
  child.stdout.setEncoding('utf8');
  child.stdout.on('data', (text: string) => {
    printed += text;
    if (printed.split('\n').length > count) child.kill('SIGKILL');
  });
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
  expect([code, signal]).toEqual([null, 'SIGKILL']);
  // What follows the last line end was cut off by the kill.
  return printed.split('\n').slice(0, -1);
}
