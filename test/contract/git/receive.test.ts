// Hostile hand-overs: each is refused with a sentence, and the mirror is as it was.
import { execFileSync } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { lab, sh, worktree, write, type Lab } from './lab.js';

test('a tree that holds .git is refused', async () => {
  const on = await lab();
  const dir = await worktree(on);
  for (const name of ['.git', '.GIT', 'git~1', '..', '.git\u200c']) {
    const hooks = treeOf(dir, [['100755', 'pre-push', blobOf(dir, '#!/bin/sh\n')]]);
    const bad = treeOf(dir, [['40000', name, treeOf(dir, [['40000', 'hooks', hooks]])]]);
    const tip = commitOf(dir, bad, on.base);
    await expectRefusal(on, packOf(dir, tip, on.base), tip, /path that git forbids/);
  }
});

test('what is no whole pack is refused', async () => {
  const on = await lab();
  const dir = await worktree(on);
  const tip = commit(dir, { 'x.txt': 'x' });
  const pack = packOf(dir, tip, on.base);
  await expectRefusal(on, Buffer.alloc(0), tip, /cut off/);
  await expectRefusal(on, Buffer.from('GET / HTTP/1.1\r\n\r\n'.repeat(9)), tip, /not a pack/);
  await expectRefusal(on, pack.subarray(0, pack.length - 30), tip, /cut off|damaged/);
  await expectRefusal(on, pack.subarray(0, 12), tip, /cut off/);
  const flipped = Buffer.from(pack);
  flipped.writeUInt8(flipped.readUInt8(40) ^ 0xff, 40);
  await expectRefusal(on, flipped, tip, /damaged|did not pass/);
  await expectRefusal(on, Readable.from(flood()), tip, /not a pack/);
  const dying = Readable.from(dies(pack));
  await expectRefusal(on, dying, tip, /cut off|damaged|did not pass/);
});

test('a tip that is not there, or is no commit, is refused', async () => {
  const on = await lab();
  const dir = await worktree(on);
  const tip = commit(dir, { 'x.txt': 'x' });
  const pack = packOf(dir, tip, on.base);
  await expectRefusal(on, pack, 'f'.repeat(40), /no such commit/);
  await expectRefusal(on, pack, sh(dir, 'rev-parse', `${tip}^{tree}`), /no such commit/);
  await expect(on.mirror.receive({ pack, tip: 'HEAD', base: on.base, keep: 's' })).rejects.toThrow(
    /object id/,
  );
  await expect(on.mirror.receive({ pack, tip, base: on.base, keep: '../../heads/main' })).rejects.toThrow(
    /kept ref/,
  );
});

test('commits that name objects which did not come over are refused', async () => {
  const on = await lab();
  const dir = await worktree(on);
  const tip = commit(dir, { 'x.txt': 'x' });
  const only = execFileSync('git', ['pack-objects', '--stdout', '-q'], { cwd: dir, input: `${tip}\n` });
  await expectRefusal(on, only, tip, /missing|did not pass/);
});

test('a history that was rewritten is refused with what to do', async () => {
  const on = await lab();
  const dir = await worktree(on);
  const tip = commitOf(dir, sh(dir, 'rev-parse', 'HEAD^{tree}'));
  await expectRefusal(on, packOf(dir, tip), tip, /history was rewritten.*git rebase/);
});

test('too many commits, too large a file, too many files: each has its own sentence', async () => {
  const on = await lab();
  const dir = await worktree(on);
  const room = on.room({ limits: { maxCommits: 3, maxFiles: 20, maxBlobBytes: 100_000 } });
  const small = { ...on, mirror: room.mirror({ forge: 'work', id: '12' }) };
  for (let at = 0; at < 4; at++) commit(dir, { 'x.txt': String(at) });
  const many = sh(dir, 'rev-parse', 'HEAD');
  await expectRefusal(small, packOf(dir, many, on.base), many, /More than 3 commits/);
  sh(dir, 'reset', '--hard', '--quiet', on.base);
  // Taken out again by the next commit: it would still be pushed.
  commit(dir, { 'big file.bin': 'x'.repeat(200_000) });
  commit(dir, { 'big file.bin': 'small' });
  const big = sh(dir, 'rev-parse', 'HEAD');
  await expectRefusal(small, packOf(dir, big, on.base), big, /`big file.bin` has 1 MB; the limit/);
  sh(dir, 'reset', '--hard', '--quiet', on.base);
  const files = commit(dir, Object.fromEntries(Array.from({ length: 30 }, (_all, at) => [`f${at}`, 'x'])));
  await expectRefusal(small, packOf(dir, files, on.base), files, /More than 20 files/);
});

test('a tree that unfolds to millions of files from a few bytes is refused in bounded time and memory', async () => {
  const on = await lab();
  const dir = await worktree(on);
  let tree = treeOf(dir, [['100644', 'f', blobOf(dir, 'x')]]);
  for (let level = 0; level < 8; level++)
    tree = treeOf(
      dir,
      Array.from({ length: 10 }, (_all, at) => ['40000', `d${at}`, tree] as const),
    );
  const tip = commitOf(dir, tree, on.base);
  // Without its bound git would take gigabytes: this time limit ends it (and fails the test) long before.
  const room = on.room({ limits: { localTimeoutMs: 6_000 } });
  const bounded = { ...on, mirror: room.mirror({ forge: 'work', id: '12' }) };
  await expectRefusal(bounded, packOf(dir, tip, on.base), tip, /More than 20000 files/);
  await expect(bounded.mirror.describe(on.base, on.base)).resolves.toMatchObject({ files: [] });
});

test('a new submodule is refused; a link, an executable and a merge are fine', async () => {
  const on = await lab();
  const dir = await worktree(on);
  sh(dir, 'update-index', '--add', '--cacheinfo', `160000,${on.base},vendor/lib`);
  sh(dir, 'commit', '--quiet', '-m', 'submodule');
  const tip = sh(dir, 'rev-parse', 'HEAD');
  await expectRefusal(on, packOf(dir, tip, on.base), tip, /`vendor\/lib` is a repository of its own/);

  sh(dir, 'reset', '--hard', '--quiet', on.base);
  execFileSync('ln', ['-s', '/etc/passwd', path.join(dir, 'link')]);
  const side = commit(dir, { 'x.sh': '#!/bin/sh\n' });
  const merge = sh(
    dir,
    'commit-tree',
    '-p',
    on.base,
    '-p',
    side,
    '-m',
    'merge',
    sh(dir, 'rev-parse', `${side}^{tree}`),
  );
  const pack = packOf(dir, merge, on.base);
  const answer = await on.mirror.receive({ pack, tip: merge, base: on.base, keep: 'session/1' });
  expect(answer).toMatchObject({ ok: true, received: { tip: merge } });
  expect(await on.mirror.readText(merge, 'link', 100)).toBeUndefined();
});

async function expectRefusal(on: Lab, pack: Buffer | Readable, tip: string, reason: RegExp): Promise<void> {
  const before = readdirSync(path.join(on.mirror.gitDir, 'objects', 'pack'));
  const answer = await on.mirror.receive({ pack, tip, base: on.base, keep: 'session/1' });
  expect(answer).toEqual({ ok: false, reason: expect.stringMatching(reason) as string });
  expect(readdirSync(path.join(on.mirror.gitDir, 'objects', 'pack'))).toEqual(before);
  expect(readdirSync(on.mirror.gitDir).filter((name) => name.startsWith('incoming'))).toEqual([]);
  expect([...(await on.mirror.kept())]).toEqual([]);
}

function commit(dir: string, files: Record<string, string>): string {
  write(dir, files);
  sh(dir, 'add', '-A');
  sh(dir, 'commit', '--quiet', '-m', Object.keys(files)[0] ?? '');
  return sh(dir, 'rev-parse', 'HEAD');
}

/** As a hostile sandbox would: without any of git's checks. */
function treeOf(
  dir: string,
  entries: readonly (readonly [mode: string, name: string, sha: string])[],
): string {
  const parts = entries.map(([mode, name, sha]) => [
    Buffer.from(`${mode} ${name}\0`),
    Buffer.from(sha, 'hex'),
  ]);
  const file = path.join(dir, '.git', 'tree-in-the-making');
  writeFileSync(file, Buffer.concat(parts.flat()));
  return sh(dir, 'hash-object', '-t', 'tree', '--literally', '-w', file);
}

function blobOf(dir: string, content: string): string {
  const file = path.join(dir, '.git', 'blob-in-the-making');
  writeFileSync(file, content);
  return sh(dir, 'hash-object', '-w', file);
}

function commitOf(dir: string, tree: string, parent?: string): string {
  return sh(dir, 'commit-tree', ...(parent === undefined ? [] : ['-p', parent]), '-m', 'hostile', tree);
}

function packOf(dir: string, tip: string, base?: string): Buffer {
  const input = base === undefined ? `${tip}\n` : `${tip}\n^${base}\n`;
  return execFileSync('git', ['pack-objects', '--revs', '--stdout', '--thin', '-q'], { cwd: dir, input });
}

function* flood(): Generator<Buffer> {
  for (;;) yield Buffer.alloc(65_536, 'y');
}

function* dies(pack: Buffer): Generator<Buffer> {
  yield pack.subarray(0, 20);
  throw new Error('the pipe broke');
}
