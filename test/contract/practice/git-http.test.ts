// Git over HTTP at the practice forge, with the real git: who may do what, and what a refusal looks like.
import { execa } from 'execa';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startPracticeForge } from '../../../src/practice/client.js';
import type { PracticeForge, PracticeRepo, PracticeUser } from '../../../src/practice/client.js';
import { gitAs } from './world.js';

let folder: string;
let forge: PracticeForge;
let repo: PracticeRepo;
const users: Record<string, PracticeUser> = {};
const tokenOf = (login: string) => users[login]?.token ?? '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'practice-git-'));
  forge = await startPracticeForge({ home: join(folder, 'forge') });
  for (const login of ['owner', 'writer', 'reader', 'stranger'])
    users[login] = await forge.control.createUser({ login });
  repo = await forge.control.createRepo({
    owner: 'owner',
    name: 'app',
    files: { 'app.txt': 'one\n' },
    collaborators: { writer: 'write', reader: 'read' },
    protectedBranches: ['release'],
  });
});
afterAll(async () => {
  await forge.stop();
  await rm(folder, { recursive: true });
});

async function cloneAs(login: string, path = repo.path) {
  const dir = await mkdtemp(join(folder, 'clone-'));
  const git = gitAs(dir, tokenOf(login));
  await git('clone', '--quiet', `${forge.url}/${path}.git`, '.');
  const commit = async (file: string, content: string | Buffer, message: string) => {
    await writeFile(join(dir, file), content);
    await git('add', '--all');
    await git('commit', '--quiet', '-m', message);
    return git('rev-parse', 'HEAD');
  };
  return { dir, git, commit };
}

const onDisk = async (...args: string[]) => (await execa('git', ['-C', repo.dir, ...args])).stdout;

test('a writer clones, pushes a branch and pushes it again by force', async () => {
  const { git, commit } = await cloneAs('writer');
  await git('checkout', '--quiet', '-b', 'topic');
  const first = await commit('app.txt', 'two\n', 'two');
  await git('push', '--quiet', 'origin', 'topic');
  expect(await onDisk('rev-parse', 'topic')).toBe(first);
  await git('commit', '--quiet', '--amend', '-m', 'two, reworded');
  await expect(git('push', 'origin', 'topic')).rejects.toThrow(/\[rejected\].*non-fast-forward/s);
  await git('push', '--quiet', '--force-with-lease', 'origin', 'topic');
  expect(await onDisk('rev-parse', 'topic')).toBe(await git('rev-parse', 'HEAD'));
  await expect(git('push', `--force-with-lease=topic:${first}`, 'origin', 'HEAD~1:topic')).rejects.toThrow(
    /stale info/,
  );
});

test('a large pack arrives in chunks, whole', async () => {
  const { git, commit } = await cloneAs('writer');
  await git('checkout', '--quiet', '-b', 'large');
  const sha = await commit('blob.bin', randomBytes(4_000_000), 'large');
  await git('-c', 'http.postBuffer=65536', 'push', '--quiet', 'origin', 'large');
  expect(await onDisk('cat-file', '-s', `${sha}:blob.bin`)).toBe('4000000');
});

test('every recorded way of signing in works', async () => {
  const token = tokenOf('writer');
  const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;
  for (const header of [
    `Bearer ${token}`,
    `token ${token}`,
    basic(`anyone:${token}`),
    basic(`${token}:x-oauth-basic`),
  ]) {
    const answer = await fetch(`${forge.url}/owner/app.git/info/refs?service=git-receive-pack`, {
      headers: { authorization: header },
    });
    await answer.arrayBuffer();
    expect(answer.status).toBe(200);
  }
});

test('no token, a wrong one and a private repository all ask for a user name', async () => {
  await forge.control.createRepo({ owner: 'owner', name: 'secret', private: true });
  const git = gitAs(folder, '');
  const wrong = gitAs(folder, 'not-a-token');
  const asked = /could not read Username.*terminal prompts disabled/s;
  await expect(git('push', `${forge.url}/owner/app.git`, 'HEAD:refs/heads/x')).rejects.toThrow();
  await expect(git('ls-remote', `${forge.url}/owner/secret.git`)).rejects.toThrow(asked);
  await expect(git('ls-remote', `${forge.url}/owner/none.git`)).rejects.toThrow(asked);
  await expect(wrong('ls-remote', `${forge.url}/owner/app.git`)).rejects.toThrow(asked);
  await expect(
    gitAs(folder, tokenOf('stranger'))('ls-remote', `${forge.url}/owner/secret.git`),
  ).rejects.toThrow(/not found/);
});

test("a reader's push is declined in silence, one to a protected branch with words", async () => {
  const reader = await cloneAs('reader');
  await reader.commit('app.txt', 'mine\n', 'mine');
  await expect(reader.git('push', 'origin', 'HEAD:mine')).rejects.toThrow(
    /\[remote rejected\].*pre-receive hook declined/s,
  );
  const writer = await cloneAs('writer');
  const protectedPush = writer.git('push', 'origin', 'HEAD:release');
  await expect(protectedPush).rejects.toThrow(
    /Not allowed to push to protected branch release.*pre-receive hook declined/s,
  );
  expect(await onDisk('for-each-ref', 'refs/heads/mine', 'refs/heads/release')).toBe('');
});

test('a merge is a merge by git; a conflict changes nothing; the head stays to be fetched', async () => {
  const writer = forge.as(tokenOf('writer'));
  const { git, commit } = await cloneAs('writer');
  const main = await git('rev-parse', 'HEAD');
  await git('checkout', '--quiet', '-b', 'good');
  const good = await commit('good.txt', 'good\n', 'good');
  await git('push', '--quiet', 'origin', 'good');
  await git('checkout', '--quiet', '-b', 'clash', main);
  const clash = await commit('good.txt', 'clash\n', 'clash');
  await git('push', '--quiet', 'origin', 'clash');
  const open = async (head: string) =>
    (
      (await writer('POST', '/api/v1/repos/owner/app/pulls', { head, base: 'main', title: head })).body as {
        number: number;
      }
    ).number;
  const [first, second] = [await open('good'), await open('clash')];
  const merge = (number: number) =>
    writer('POST', `/api/v1/repos/owner/app/pulls/${number}/merge`, {
      Do: 'merge',
      delete_branch_after_merge: true,
    });

  expect((await merge(first)).status).toBe(200);
  expect((await onDisk('log', '-1', '--format=%P', 'main')).split(' ')).toEqual([main, good]);
  expect(await onDisk('show', 'main:good.txt')).toBe('good');
  const merged = await onDisk('rev-parse', 'main');
  expect((await merge(second)).status).toBe(405);
  expect(await onDisk('rev-parse', 'main')).toBe(merged);
  expect(await onDisk('rev-parse', `refs/pull/${second}/head`)).toBe(clash);
  await git('fetch', '--quiet', 'origin', `refs/pull/${first}/head`);
  expect(await git('rev-parse', 'FETCH_HEAD')).toBe(good);
  expect(await onDisk('for-each-ref', 'refs/heads/good')).toBe('');
});

test("a fork's pull request can be fetched from the repository it goes to", async () => {
  const stranger = forge.as(tokenOf('stranger'));
  expect((await stranger('POST', '/api/v1/repos/owner/app/forks', {})).status).toBe(202);
  const { git, commit } = await cloneAs('stranger', 'stranger/app');
  const sha = await commit('fork.txt', 'fork\n', 'fork');
  await git('push', '--quiet', 'origin', 'HEAD:refs/heads/offer');
  const pull = { head: 'stranger:offer', base: 'main', title: 'An offer' };
  const { body } = await stranger('POST', '/api/v1/repos/owner/app/pulls', pull);
  expect(await onDisk('rev-parse', `refs/pull/${(body as { number: number }).number}/head`)).toBe(sha);
});

test('a renamed repository answers git with a redirect that git follows', async () => {
  const before = await forge.control.createRepo({ owner: 'owner', name: 'before' });
  await forge.as(tokenOf('owner'))('PATCH', '/api/v1/repos/owner/before', { name: 'after' });
  const refs = await gitAs(folder, '')('ls-remote', `${forge.url}/owner/before.git`, 'refs/heads/main');
  expect(refs).toBe(`${before.head}\trefs/heads/main`);
});
