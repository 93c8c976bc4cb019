// Rescue: what outlives a session can be fetched by anybody who has the forge's history.
import { mkdirSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { expectTip, handOver, lab, sh, worktree, write } from './lab.js';

test('a fetch from the rescue bundle gives the same tree', async () => {
  const on = await lab();
  const dir = await worktree(on);
  write(dir, { 'work.txt': 'work', 'bin/tool': Buffer.from([0, 1, 2]) });
  const { tip, pack } = expectTip((await handOver(dir, on.base)).result);
  await on.mirror.receive({ tip, pack, base: on.base, keep: 'session/1' });
  const bundleFile = path.join(on.root, 'rescue', 'work-12-14.bundle');
  const rescued = await on.mirror.rescue({ name: 'work-12-14', sha: tip, base: on.base, bundleFile });
  expect(rescued).toEqual({ ref: 'refs/kugetsu/rescue/work-12-14', bundleFile });
  expect(statSync(bundleFile).mode & 0o777).toBe(0o600);
  expect(readdirSync(path.dirname(bundleFile))).toEqual(['work-12-14.bundle']);

  await on.mirror.forget('session/1');
  expect([...(await on.mirror.kept())]).toEqual([['rescue/work-12-14', tip]]);
  await on.git.removeTree(dir);
  const clone = path.join(on.root, 'clone');
  sh(on.root, 'clone', '--quiet', on.forge, clone);
  sh(clone, 'fetch', '--quiet', bundleFile, `${rescued.ref}:refs/heads/rescued`);
  expect(sh(clone, 'rev-parse', 'rescued^{tree}')).toBe(sh(on.mirror.gitDir, 'rev-parse', `${tip}^{tree}`));
  expect(sh(clone, 'show', 'rescued:work.txt')).toBe('work');
});

test('a rescue may be repeated, and one with nothing new holds the tip', async () => {
  const on = await lab();
  await on.mirror.fetch(on.access);
  const bundleFile = path.join(on.root, 'rescue', 'x.bundle');
  const options = { name: 'x', sha: on.base, base: on.base, bundleFile };
  await on.mirror.rescue(options);
  await on.mirror.rescue(options);
  const empty = path.join(on.root, 'empty');
  sh(on.root, 'init', '--quiet', empty);
  sh(empty, 'fetch', '--quiet', bundleFile, 'refs/kugetsu/rescue/x:refs/heads/x');
  expect(sh(empty, 'rev-parse', 'x')).toBe(on.base);
});

test('a rescue that fails leaves no file that passes for one', async () => {
  const on = await lab();
  await on.mirror.fetch(on.access);
  const folder = path.join(on.root, 'rescue');
  mkdirSync(folder);
  const bundleFile = path.join(folder, 'x.bundle');
  const unknown = { name: 'x', sha: 'f'.repeat(40), base: on.base, bundleFile };
  await expect(on.mirror.rescue(unknown)).rejects.toMatchObject({ code: 'failed' });
  await expect(on.mirror.rescue({ ...unknown, sha: on.base, name: '../x' })).rejects.toThrow(/kept ref/);
  expect(readdirSync(folder)).toEqual([]);
});

test('forgetting what is not kept is fine', async () => {
  const on = await lab();
  await on.mirror.fetch(on.access);
  await on.mirror.forget('session/never');
  expect([...(await on.mirror.kept())]).toEqual([]);
});
