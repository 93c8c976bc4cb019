// The hand-over as a whole: what the script makes of a worktree, and what of it the mirror takes.
import { execFileSync } from 'node:child_process';
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { expectTip, handOver, lab, sh, worktree, write, type Lab } from './lab.js';

test('left-over changes are committed and arrive byte for byte', async () => {
  const on = await lab();
  const dir = await worktree(on);
  write(dir, {
    'src/new.txt': 'new\n',
    'ünïcode "x".bin': Buffer.from([0, 1, 2, 255]),
    'run.sh': '#!/bin/sh\n',
  });
  rmSync(path.join(dir, 'src/a.txt'));
  const received = await take(on, dir);
  expect(received.commits).toEqual([
    {
      sha: received.tip,
      subject: 'Left-over changes',
      authorName: 'Kugetsu Bot',
      authorEmail: 'bot@noreply.example.com',
      acts: [],
    },
  ]);
  expect(received.files).toEqual([
    { path: 'run.sh', added: 1, removed: 0 },
    { path: 'src/a.txt', added: 0, removed: 1 },
    { path: 'src/new.txt', added: 1, removed: 0 },
    { path: 'ünïcode "x".bin', added: 0, removed: 0 },
  ]);
  expect([...(await on.mirror.kept())]).toEqual([['session/s1', received.tip]]);
  expect(await on.mirror.readText(received.tip, 'src/new.txt', 100)).toBe('new\n');
  expect(await on.mirror.describe(on.base, received.tip)).toEqual(received);
  expect(sh(on.mirror.gitDir, 'rev-parse', `${received.tip}^{tree}`)).toBe(
    sh(dir, 'rev-parse', 'HEAD^{tree}'),
  );
});

test('an untouched worktree hands over nothing', async () => {
  const on = await lab();
  const dir = await worktree(on);
  expect((await handOver(dir, on.base)).result).toEqual({ kind: 'none', notes: [] });
});

test("the agent's own commits come over, in order, also from a branch of its own or a detached HEAD", async () => {
  const on = await lab();
  const dir = await worktree(on);
  commit(dir, 'one');
  sh(dir, 'switch', '--quiet', '-c', 'mine');
  commit(dir, 'two');
  sh(dir, 'switch', '--quiet', '--detach');
  commit(dir, 'three');
  const received = await take(on, dir);
  expect(received.commits.map((each) => each.subject)).toEqual(['one', 'two', 'three']);
  expect(received.commits[0]).toMatchObject({ authorName: 'Ada', authorEmail: 'ada@example.com' });
});

test('a look at an old commit does not hide the work on the branch', async () => {
  const on = await lab();
  const dir = await worktree(on);
  commit(dir, 'one');
  sh(dir, 'switch', '--quiet', '--detach', on.base);
  const received = await take(on, dir);
  expect(received.commits.map((each) => each.subject)).toEqual(['one']);
});

test('a second turn hands over on top of the first', async () => {
  const on = await lab();
  const dir = await worktree(on);
  commit(dir, 'one');
  const first = await take(on, dir);
  commit(dir, 'two');
  const second = await take(on, dir);
  expect(second.commits.map((each) => each.subject)).toEqual(['one', 'two']);
  expect(await on.mirror.isAncestor(first.tip, second.tip)).toBe(true);
});

test('a rebase that stands still is finished or given up: no commit is lost', async () => {
  const on = await lab();
  const dir = await worktree(on);
  for (const name of ['one', 'two', 'three']) commit(dir, name, { [name]: name });
  sh(dir, '-c', `sequence.editor=sed -i '1s/pick/edit/'`, 'rebase', '--quiet', '-i', on.base);
  const finished = await handOver(dir, on.base);
  expect(expectTip(finished.result).notes).toEqual(['rebase-finished']);
  expect((await receive(on, finished.result)).commits.map((each) => each.subject)).toEqual([
    'one',
    'two',
    'three',
  ]);

  sh(dir, 'switch', '--quiet', '-c', 'other', 'HEAD~2');
  commit(dir, 'clash', { two: 'not two' });
  expect(() => sh(dir, 'rebase', '--quiet', 'fix/issue-14')).toThrow(/onflict/);
  const abandoned = await handOver(dir, on.base);
  expect(expectTip(abandoned.result).notes).toEqual(['rebase-given-up']);
  expect((await receive(on, abandoned.result)).commits.map((each) => each.subject)).toEqual(['one', 'clash']);
});

test('a merge with conflicts is committed as it stands, with a note', async () => {
  const on = await lab();
  const dir = await worktree(on);
  sh(dir, 'switch', '--quiet', '-c', 'other');
  commit(dir, 'theirs', { 'README.md': 'theirs\n' });
  sh(dir, 'switch', '--quiet', 'fix/issue-14');
  commit(dir, 'ours', { 'README.md': 'ours\n' });
  expect(() => sh(dir, 'merge', '--quiet', 'other')).toThrow();
  const { result } = await handOver(dir, on.base);
  expect(expectTip(result).notes).toEqual(['committed', 'conflicts']);
  const received = await receive(on, result);
  expect(received.commits.map((each) => each.subject)).toContain('Left-over changes');
  expect(await on.mirror.readText(received.tip, 'README.md', 999)).toContain('<<<<<<<');
});

test('a killed git left its lock; hooks, signing and editors do not hang the hand-over', async () => {
  const on = await lab();
  const dir = await worktree(on);
  write(dir, { 'mine.txt': 'x', '.git/index.lock': '', '.git/hooks/pre-commit': '#!/bin/sh\nexit 1\n' });
  sh(dir, 'config', 'commit.gpgSign', 'true');
  sh(dir, 'config', 'core.editor', 'sleep 100');
  execFileSync('chmod', ['+x', path.join(dir, '.git/hooks/pre-commit')]);
  expect((await take(on, dir)).files.map((file) => file.path)).toEqual(['mine.txt']);
});

test('repositories inside: the files of a new one are taken, a clone and an ignored one are left out', async () => {
  const on = await lab();
  const dir = await worktree(on);
  write(dir, { '.gitignore': 'node_modules\n', 'mine.txt': 'x' });
  for (const name of ['empty', 'with commits', 'vendor/clone', 'node_modules/lib']) {
    write(dir, { [`${name}/f`]: name });
    sh(path.join(dir, name), 'init', '--quiet');
    if (name !== 'empty') commit(path.join(dir, name), 'inner', {});
  }
  sh(path.join(dir, 'vendor/clone'), 'remote', 'add', 'origin', on.forge);
  for (const round of ['1', '2']) {
    write(dir, { 'empty/f': round });
    const { result } = await handOver(dir, on.base);
    expect(expectTip(result).notes).toEqual(['committed', 'nested-repository']);
    const received = await receive(on, result);
    expect(received.files.map((file) => file.path)).toEqual([
      '.gitignore',
      'empty/f',
      'mine.txt',
      'with commits/f',
    ]);
    expect(await on.mirror.readText(received.tip, 'empty/f', 9)).toBe(round);
  }
  expect(sh(path.join(dir, 'with commits'), 'log', '--format=%s')).toBe('inner');
  expect(readdirSync(path.join(dir, '.git'))).not.toContain('kugetsu-aside');
});

test('a worktree without its git directory gives a reason, not a repository further up', async () => {
  const on = await lab();
  const dir = await worktree(on);
  sh(on.root, 'init', '--quiet', '.');
  rmSync(path.join(dir, '.git'), { recursive: true });
  const { result } = await handOver(dir, on.base);
  expect(result).toMatchObject({ kind: 'error', reason: /did not begin/ });
});

test('a pack that is larger than allowed is cut off, and nothing of it stays', async () => {
  const on = await lab();
  const dir = await worktree(on);
  const noise = Buffer.from(Array.from({ length: 300_000 }, (_all, at) => (at * 7919 * (at % 251)) % 256));
  writeFileSync(path.join(dir, 'noise.bin'), noise);
  const { result } = await handOver(dir, on.base, { maxBytes: 10_000 });
  const { tip, pack } = expectTip(result);
  const answer = await on.mirror.receive({ tip, pack, base: on.base, keep: 'session/s1' });
  expect(answer).toMatchObject({ ok: false, reason: /larger than 1 MB/ });
  expect([...(await on.mirror.kept())]).toEqual([]);
  expect(sh(on.mirror.gitDir, 'count-objects', '-v')).not.toContain(tip);
});

function commit(
  dir: string,
  subject: string,
  files: Record<string, string> = { [`${subject}.txt`]: subject },
): void {
  write(dir, files);
  sh(dir, 'add', '-A');
  sh(dir, 'commit', '--quiet', '-m', subject);
}

async function take(on: Lab, dir: string) {
  const { result, said } = await handOver(dir, on.base);
  if (result.kind !== 'tip') throw new Error(`${JSON.stringify(result)}: ${said()}`);
  return receive(on, result);
}

async function receive(on: Lab, result: Parameters<typeof expectTip>[0]) {
  const { tip, pack } = expectTip(result);
  const answer = await on.mirror.receive({ tip, pack, base: on.base, keep: 'session/s1' });
  if (!answer.ok) throw new Error(answer.reason);
  return answer.received;
}
