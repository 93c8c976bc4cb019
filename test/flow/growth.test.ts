// After years of work the same question costs the same: no statement reads what has ended, shown by SQLite's own plans.
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import SQLite from 'better-sqlite3';
import { beforeAll, afterAll, expect, onTestFinished, test } from 'vitest';
import { openSqliteStore } from '../../src/store/sqlite/open.js';
import type { Store } from '../../src/store/store.js';
import { giteaFace } from '../support/faces.js';
import { kugetsuOn } from '../support/kugetsu-on.js';
import { fill } from '../support/years.js';

const FEW = { tasks: 1_000, deliveries: 1_000, sessions: 1_000 };
const MANY = { tasks: 200_000, deliveries: 200_000, sessions: 60_000 };
const NOW = 3_000_000_000_000;

const folder = mkdtempSync(join(tmpdir(), 'kugetsu-years-'));
const [young, old] = [join(folder, 'young.db'), join(folder, 'old.db')];

beforeAll(async () => {
  await (await openSqliteStore({ file: young })).close();
  copyFileSync(young, old);
  fill(young, FEW);
  fill(old, MANY);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/**
 * An insert into a parent table may mend a broken reference, so its plan names the children. SQLite skips that step
 * (FkIfZero) while nothing is broken, and that is always.
 */
const ALLOWED = /^insert into "repos" /;

test('B5: no statement of a story goes through all tasks, deliveries or sessions that ever were', async () => {
  const k = await kugetsuOn(giteaFace, { config: ['limits: { memoryPerAgentMb: 0 }'] });
  // Not before: a step to a newer version may read everything, once.
  const statements = collectStatements();
  const issue = await k.as('maintainer').openIssue('A story with everything in it');
  await issue.comment('/kugetsu start\nscripted: write a.txt a\nscripted: commit Add a');
  await issue.comment('/kugetsu status');
  await issue.comment('/kugetsu queue');
  await k.settle();
  await k.restart();
  await issue.comment('/kugetsu continue\nscripted: crash');
  await k.settle();
  await issue.comment('/kugetsu stop');
  await k.settle();
  await k.as('maintainer').merge((await issue.pull()).number);
  await k.settle();
  const other = await k.as('maintainer').openIssue('Another', '/kugetsu start\nscripted: ask What colour?');
  await k.settle();
  await other.comment('/kugetsu retry');
  await other.comment('/kugetsu destroy --force');
  await k.settle();
  expect(statements.size).toBeGreaterThan(40);
  const raw = new SQLite(old, { readonly: true });
  onTestFinished(() => {
    raw.close();
  });
  const bad = [...statements].flatMap((sql) => scansOf(raw, sql).map((step) => ({ sql, step })));
  expect(bad.filter(({ sql }) => !ALLOWED.test(sql))).toEqual([]);
});

test('B5: the questions that are asked again and again take at most twice as long after years', async () => {
  const stores = { young: await storeOn(young), old: await storeOn(old) };
  const questions: Record<string, (store: Store) => Promise<unknown>> = {
    'the queue of a repository': (store) =>
      store.queue.queued({ repo: { forge: 'old', id: '1', path: 'old/history' }, limit: 30 }),
    'a place in line': (store) => store.queue.placeOf('T-old20'),
    'how many there are': (store) => store.queue.countLive(),
    'what runs': (store) => store.queue.inState(['running']),
    'what is reported': (store) => store.queue.inState(['reporting']),
    'the inbox': (store) => store.inbox.pending(NOW, 64),
    'open pull requests': (store) => store.records.sessions.withOpenPull(),
    'sessions to reap': (store) => store.records.sessions.toReap(),
    'a claim': (store) => store.queue.claim({ worker: 'here', bootId: 'b', now: NOW, exceptRepos: [] }),
  };
  const ratios: Record<string, number> = {};
  for (const [name, ask] of Object.entries(questions)) {
    const took = { young: [] as number[], old: [] as number[] };
    for (let round = 0; round < 31; round += 1) {
      for (const age of ['young', 'old'] as const) took[age].push(await time(() => ask(stores[age])));
    }
    ratios[name] = median(took.old) / Math.max(median(took.young), NOISE_MS);
  }
  expect(Object.entries(ratios).filter(([, ratio]) => ratio > 2)).toEqual([]);
});

/** Shorter times are told apart by the machine's other work, not by ours. */
const NOISE_MS = 0.5;

async function storeOn(file: string): Promise<Store> {
  const store = await openSqliteStore({ file });
  onTestFinished(() => store.close());
  return store;
}

async function time(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work();
  return performance.now() - begun;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

/** Every statement that is prepared from now on until the end of the test. */
function collectStatements(): ReadonlySet<string> {
  const statements = new Set<string>();
  const { prepare } = SQLite.prototype;
  SQLite.prototype.prepare = function collecting(this: SQLite.Database, source: string) {
    if (/^\s*(select|insert|update|delete|with)\b/i.test(source)) statements.add(source);
    return prepare.call(this, source);
  } as typeof prepare;
  onTestFinished(() => {
    SQLite.prototype.prepare = prepare;
  });
  return statements;
}

/** Steps that go through a whole table that grows, or through an index over all of it. */
function scansOf(raw: SQLite.Database, sql: string): string[] {
  const partial = raw
    .prepare<[], string>(`select name from sqlite_schema where type = 'index' and sql like '% where %'`)
    .pluck()
    .all();
  const named = [...sql.matchAll(/@(\w+)/g)].map(([, name]) => [name, null] as const);
  const values = sql
    .replaceAll(/'[^']*'/g, '')
    .split('?')
    .slice(1)
    .map(() => null);
  const plan = raw.prepare<unknown[], { detail: string }>(`explain query plan ${sql}`);
  const steps = plan.all(...values, ...(named.length === 0 ? [] : [Object.fromEntries(named)]));
  return steps
    .map(({ detail }) => detail)
    .filter((detail) => /^SCAN (tasks|deliveries|sessions|mine|earlier|head)\b/.test(detail))
    .filter((detail) => !partial.some((index) => detail.includes(`INDEX ${index}`)));
}
