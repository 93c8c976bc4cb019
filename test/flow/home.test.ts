// A home that lost something: a key that is no key, a database that is gone. Said with what to do, never begun anew in silence.
import { spawnSync } from 'node:child_process';
import {
  existsSync,
  readdirSync,
  readlinkSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { giteaFace } from '../support/faces.js';
import { kugetsuOn } from '../support/kugetsu-on.js';
import { kugetsuServing } from '../support/kugetsu-process.js';

/** `kugetsu serve` on this home, for a start that is refused. */
function serve(home: string, ...flags: string[]) {
  const admin = { KUGETSU_SERVER_ADMIN: '127.0.0.1:0' };
  const env = { PATH: process.env['PATH'], HOME: home, KUGETSU_HOME: home, ...admin };
  const args = ['dist/main.js', 'serve', '--host', '127.0.0.1', '--port', '0', ...flags];
  return spawnSync(process.execPath, args, { encoding: 'utf8', env, timeout: 30_000 });
}

test('C11: an empty or short marker.key is refused with what to do; a new home makes a whole one', async () => {
  const k = await kugetsuServing(await giteaFace());
  const key = join(k.home, 'secrets/marker.key');
  expect(statSync(key)).toMatchObject({ size: 32, mode: 0o100600 });
  expect(readdirSync(join(k.home, 'secrets')).filter((name) => name.startsWith('marker'))).toEqual([
    'marker.key',
  ]);
  await k.kill();
  truncateSync(key, 0);
  const refused = serve(k.home);
  expect(refused.status).toBe(4);
  expect(refused.stderr).toContain(`kugetsu: ${key} holds 0 bytes`);
  expect(refused.stderr).toMatch(/backup.*remove the file and start again.*second report/);
  rmSync(key);
  await k.start();
  expect(statSync(key).size).toBe(32);
});

test('review: a start that fails gives its database back, so that the process can end', async () => {
  const k = await kugetsuOn(giteaFace);
  truncateSync(join(k.home, 'secrets/marker.key'), 0);
  await expect(k.restart()).rejects.toMatchObject({ code: 'marker_key' });
  const open = readdirSync('/proc/self/fd').map((fd) => targetOf(join('/proc/self/fd', fd)));
  expect(open.filter((file) => file.includes(k.home))).toEqual([]);
});

/** '' for what is gone by now. */
function targetOf(link: string): string {
  try {
    return readlinkSync(link);
  } catch {
    return '';
  }
}

test('C11: a home with work but without its database is not begun anew, except with --fresh', async () => {
  const k = await kugetsuOn(giteaFace);
  const issue = await k.as('maintainer').openIssue('Lost');
  await issue.comment('/kugetsu start');
  await k.settle();
  const [worktree = ''] = k.worktrees();
  expect(existsSync(worktree)).toBe(true);
  await k.app.stop();
  for (const name of ['kugetsu.db', 'kugetsu.db-wal', 'kugetsu.db-shm'])
    rmSync(join(k.home, name), { force: true });
  const refused = serve(k.home);
  expect(refused.status).toBe(4);
  expect(refused.stderr).toMatch(
    /worktrees\/, mirrors\/, agents\/ of earlier work, but no .*kugetsu\.db: .*backup/,
  );
  expect(refused.stderr).toContain('`kugetsu serve --fresh`');
  expect(existsSync(join(k.home, 'kugetsu.db'))).toBe(false);
  // An empty key ends the start as soon as the home was settled and the database made.
  writeFileSync(join(k.home, 'secrets/marker.key'), '');
  const fresh = serve(k.home, '--fresh');
  expect(fresh.stderr).toMatch(/without-database-\d{14}".*home\.begun_anew/);
  expect(k.worktrees()).toEqual([]);
  const [aside = ''] = readdirSync(join(k.home, 'rescue'));
  expect(readdirSync(join(k.home, 'rescue', aside)).sort()).toEqual(['agents', 'worktrees']);
  expect(existsSync(worktree.replace(`${k.home}/`, `${k.home}/rescue/${aside}/`))).toBe(true);
});
