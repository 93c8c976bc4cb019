// Runs and worktrees carry the worker they live on: what is another worker's is not touched, and a session that moves gets a worktree here.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import SQLite from 'better-sqlite3';
import { expect, test } from 'vitest';
import { giteaFace } from '../support/faces.js';
import { kugetsuOn, type Kugetsu } from '../support/kugetsu-on.js';

const CONFIG = ['limits: { memoryPerAgentMb: 0 }'];

test('a session whose worktree is on another worker goes on here, in a new one at its newest commit', async () => {
  const k = await kugetsuOn(giteaFace, { config: CONFIG });
  const issue = await k.as('maintainer').openIssue('Moves');
  await issue.comment('/kugetsu start\nscripted: write 1.txt 1\nscripted: commit Turn 1');
  await k.settle();
  const [folder = ''] = k.worktrees();
  writeFileSync(join(folder, 'left.txt'), 'left behind');
  onDatabase(k, (db) =>
    db.exec(`update sessions set data = json_set(data, '$.worktree.worker', 'elsewhere')`),
  );
  await issue.comment('/kugetsu continue\nscripted: write 2.txt 2\nscripted: commit Turn 2');
  await k.settle();
  expect(k.git('log', '--format=%s', `fix/issue-${issue.number}`, '-2').split('\n')).toEqual([
    'Turn 2',
    'Turn 1',
  ]);
  const report = await issue.report();
  expect(report).toContain('on another worker');
  const kept = /kept as `(rescue\/[\w-]+)`/.exec(report)?.[1] ?? 'nothing';
  expect(readFileSync(join(k.home, kept, 'left.txt'), 'utf8')).toBe('left behind');
  expect(onDatabase(k, (db) => db.prepare(WORKERS).pluck().all())).toEqual([workerOf(k)]);
});

const WORKERS = `select distinct json_extract(data, '$.worktree.worker') from sessions union select distinct worker from runs`;

function workerOf(k: Kugetsu): string {
  return readFileSync(join(k.home, 'run/worker.id'), 'utf8').trim();
}

function onDatabase<T>(k: Kugetsu, work: (db: SQLite.Database) => T): T {
  const db = new SQLite(join(k.home, 'kugetsu.db'), { timeout: 5_000 });
  try {
    return work(db);
  } finally {
    db.close();
  }
}
