// Worktrees: independent of the mirror and of each other, whole or not there; and their removal.
import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { chmod } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { handOver, ID, lab, sh, TOKEN, worktree, write } from './lab.js';

test('a worktree is a repository of its own: no remote, the identity set, the branch on the commit', async () => {
  const on = await lab();
  const dir = await worktree(on);
  expect(readFileSync(path.join(dir, 'README.md'), 'utf8')).toBe('hello\n');
  expect(sh(dir, 'status', '--porcelain', '--branch')).toBe('## fix/issue-14');
  expect(sh(dir, 'rev-parse', 'HEAD')).toBe(on.base);
  expect(sh(dir, 'remote')).toBe('');
  expect([sh(dir, 'config', 'user.name'), sh(dir, 'config', 'user.email')]).toEqual([ID.name, ID.email]);
  expect(statSync(path.join(dir, '.git')).isDirectory()).toBe(true);
  expect(statSync(dir).mode & 0o077).toBe(0);
});

test('what an agent does in one worktree is not seen in the mirror or in another', async () => {
  const on = await lab();
  const [one, two] = [await worktree(on, 'fix/issue-1'), await worktree(on, 'fix/issue-2')];
  write(one, { 'new.txt': 'x' });
  sh(one, 'add', '-A');
  sh(one, 'commit', '--quiet', '-m', 'mine');
  sh(one, 'config', 'core.fsmonitor', '/bin/false');
  rmSync(path.join(one, '.git', 'objects'), { recursive: true });
  expect(sh(two, 'log', '--format=%s')).toBe('Change README.md, src/a.txt');
  expect(sh(two, 'fsck')).toBe('');
  expect(sh(on.mirror.gitDir, 'for-each-ref', '--format=%(refname)')).toBe('refs/remotes/origin/main');
});

test('a worktree that cannot be made leaves nothing behind', async () => {
  const on = await lab();
  await on.mirror.fetch(on.access);
  const dir = path.join(on.worktrees, '12', 'x');
  const make = (change: object) =>
    on.mirror.addWorktree({ dir, branch: 'fix/issue-1', sha: on.base, identity: ID, ...change });
  await expect(make({ sha: 'f'.repeat(40) })).rejects.toMatchObject({ code: 'not_found' });
  await expect(make({ branch: '--orphan' })).rejects.toMatchObject({ code: 'failed' });
  await expect(make({ dir: path.join(on.root, 'elsewhere') })).rejects.toMatchObject({ message: /outside/ });
  expect(existsSync(dir)).toBe(false);
  expect(readdirSync(path.join(on.worktrees, '.new'))).toEqual([]);
  mkdirSync(dir, { recursive: true });
  await expect(make({})).rejects.toMatchObject({ message: /exists already/ });
  expect(readdirSync(dir)).toEqual([]);
});

test('a commit with a .git folder in its tree, from the forge, is not checked out', async () => {
  const on = await lab();
  const blob = sh(on.forge, 'hash-object', '-w', 'HEAD');
  const file = path.join(on.root, 'tree');
  writeFileSync(file, Buffer.concat([Buffer.from('100755 config\0'), Buffer.from(blob, 'hex')]));
  const dotGit = sh(on.forge, 'hash-object', '-t', 'tree', '--literally', '-w', file);
  writeFileSync(file, Buffer.concat([Buffer.from('40000 .git\0'), Buffer.from(dotGit, 'hex')]));
  const tree = sh(on.forge, 'hash-object', '-t', 'tree', '--literally', '-w', file);
  const sha = sh(on.forge, 'commit-tree', '-m', 'bad', tree);
  sh(on.forge, 'update-ref', 'refs/pull/3/head', sha);
  await on.mirror.fetch(on.access);
  const dir = path.join(on.worktrees, '12', 'x');
  await expect(on.mirror.addWorktree({ dir, branch: 'b', sha, identity: ID })).rejects.toMatchObject({
    message: /invalid path|\.git/,
  });
  expect(existsSync(dir)).toBe(false);
});

test('first use 8: a worktree still finds its mirror after the home was moved', async () => {
  const on = await lab();
  const dir = await worktree(on);
  const moved = path.join(on.root, 'moved');
  mkdirSync(moved);
  for (const name of ['worktrees', 'mirrors']) renameSync(path.join(on.root, name), path.join(moved, name));
  const there = path.join(moved, path.relative(on.root, dir));
  expect(sh(there, 'log', '-1', '--format=%H')).toBe(on.base);
});

test('removal takes hostile trees and follows no link', async () => {
  const on = await lab();
  const dir = await worktree(on);
  const victim = path.join(on.root, 'victim');
  write(victim, { 'keep.txt': 'keep' });
  symlinkSync(victim, path.join(dir, 'link'));
  write(dir, { 'closed/deep/x': '1' });
  await chmod(path.join(dir, 'closed'), 0o555);
  await chmod(path.join(dir, 'closed/deep'), 0o000);
  digDown(dir, 120, 'd'.repeat(200));
  await chmod(dir, 0o555);
  await on.git.removeTree(dir);
  expect(existsSync(dir)).toBe(false);
  expect(readdirSync(path.join(on.worktrees, '.trash'))).toEqual([]);
  expect(readFileSync(path.join(victim, 'keep.txt'), 'utf8')).toBe('keep');
  await on.git.removeTree(dir);
});

test('removal never leaves the worktrees folder', async () => {
  const on = await lab();
  await worktree(on);
  const victim = path.join(on.root, 'victim');
  write(victim, { 'keep.txt': 'keep' });
  const inside = path.join(on.worktrees, '12', 'way-out');
  symlinkSync(victim, inside);
  for (const dir of [
    victim,
    path.join(inside, 'keep.txt'),
    on.worktrees,
    path.join(on.worktrees, '..'),
    '/',
    on.root,
  ])
    await expect(on.git.removeTree(dir)).rejects.toMatchObject({ code: 'failed' });
  await on.git.removeTree(inside);
  expect(existsSync(inside)).toBe(false);
  expect(readFileSync(path.join(victim, 'keep.txt'), 'utf8')).toBe('keep');
});

test('a room finishes what a killed one had only begun to remove or to make', async () => {
  const on = await lab();
  const dir = await worktree(on);
  write(path.join(on.worktrees, '.trash', 'old'), { a: 'a' });
  write(path.join(on.worktrees, '.new', 'half'), { a: 'a' });
  const room = on.room({});
  await room.removeTree(dir);
  await room
    .mirror({ forge: 'work', id: '12' })
    .addWorktree({ dir, branch: 'b', sha: on.base, identity: ID });
  expect(readdirSync(path.join(on.worktrees, '.trash'))).toEqual([]);
  expect(readdirSync(path.join(on.worktrees, '.new'))).toEqual([]);
});

test('eight at once on one mirror: add, hand over, fetch, remove', async () => {
  const on = await lab();
  await on.mirror.fetch(on.access);
  const loop = async (name: string) => {
    const [branch, dir] = [`fix/issue-${name}`, path.join(on.worktrees, '12', name)];
    for (let round = 0; round < 3; round++) {
      await on.mirror.addWorktree({ dir, branch, sha: on.base, identity: ID });
      write(dir, { [`${name}.txt`]: `${round}` });
      const { result } = await handOver(dir, on.base, { branch });
      if (result.kind !== 'tip') throw new Error(`round ${round} of ${name}: ${result.kind}`);
      const received = await on.mirror.receive({ ...result, base: on.base, keep: `session/${name}` });
      if (!received.ok) throw new Error(received.reason);
      await on.mirror.fetch(on.access);
      await on.git.removeTree(dir);
    }
    return name;
  };
  const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
  expect(await Promise.all(names.map(loop))).toEqual(names);
  const kept = [...(await on.mirror.kept()).keys()];
  // Each round begins anew at the base: what the two rounds before came to is kept beside.
  expect(kept.filter((name) => name.startsWith('replaced/'))).toHaveLength(2 * names.length);
  expect(kept.filter((name) => !name.startsWith('replaced/'))).toEqual(
    names.map((name) => `session/${name}`),
  );
  expect(sh(on.mirror.gitDir, 'fsck', '--no-dangling')).toBe('');
  expect(readdirSync(on.worktrees).sort()).toEqual(['.new', '.trash', '12']);
  expect(JSON.stringify(readdirSync(on.mirror.gitDir))).not.toContain('incoming');
  expect(sh(on.mirror.gitDir, 'config', '--list')).not.toContain(TOKEN);
});

/** Folders in folders, further down than a path may be long. */
function digDown(dir: string, depth: number, name: string): void {
  const home = process.cwd();
  // vitest runs test files in processes of their own, one test at a time: changing the folder disturbs nobody.
  process.chdir(dir);
  try {
    for (let level = 0; level < depth; level++) {
      mkdirSync(name);
      process.chdir(name);
    }
    writeFileSync('bottom', 'x');
  } finally {
    process.chdir(home);
  }
}
