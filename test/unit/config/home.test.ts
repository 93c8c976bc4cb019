import { chmodSync, existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { ensureHome, homePaths, resolveHome } from '../../../src/config/home.js';
import { aHome } from './a-home.js';

test('the home is named by KUGETSU_HOME, its older name, or is in the home of the user', () => {
  expect(resolveHome({ KUGETSU_HOME: '/a', KUGETSU_DIR: '/b', HOME: '/c' })).toBe('/a');
  expect(resolveHome({ KUGETSU_HOME: '', KUGETSU_DIR: 'b', HOME: '/c' })).toBe(resolve('b'));
  expect(resolveHome({ HOME: '/c' })).toBe('/c/.kugetsu');
  expect(resolveHome({})).toBe(join(homedir(), '.kugetsu'));
});

test('a new home and all its folders are for one user alone; making it twice changes nothing', () => {
  const home = join(aHome(), 'deep', 'home');
  const paths = ensureHome(home);
  ensureHome(home);
  const folders = ['agents', 'env', 'logs', 'mirrors', 'rescue', 'run', 'secrets', 'worktrees'];
  expect(readdirSync(home).sort()).toEqual(folders);
  for (const folder of [home, ...folders.map((name) => join(home, name))]) {
    expect(statSync(folder).mode & 0o777).toBe(0o700);
  }
  expect(paths).toEqual(homePaths(home));
  expect(paths.database).toBe(join(home, 'kugetsu.db'));
});

test.each(['index.json', 'sessions'])('a home of the earlier tool (%s) is not written to', (trace) => {
  const home = aHome();
  if (trace === 'sessions') mkdirSync(join(home, trace));
  else writeFileSync(join(home, trace), '{}');
  expect(() => ensureHome(home)).toThrow(expect.objectContaining({ code: 'earlier_home', exitCode: 4 }));
  expect(() => ensureHome(home)).toThrow(/`kugetsu import`/);
  expect(existsSync(join(home, 'run'))).toBe(false);
});

test('a folder that others can enter is refused, not changed', () => {
  const home = aHome();
  chmodSync(home, 0o755);
  expect(() => ensureHome(home)).toThrow(expect.objectContaining({ code: 'home_open', exitCode: 4 }));
  expect(() => ensureHome(home)).toThrow(`chmod 700 ${home}`);
  expect(statSync(home).mode & 0o777).toBe(0o755);
  expect(existsSync(join(home, 'run'))).toBe(false);
});

test('a home that cannot be made is told with a way out', () => {
  const home = aHome({ 'a-file': '' });
  expect(() => ensureHome(join(home, 'a-file', 'home'))).toThrow(/KUGETSU_HOME/);
});
