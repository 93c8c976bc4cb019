// The contract of a forge: who we are, repositories, permissions, git, renames.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Repo } from '../../../src/forges/forge.js';
import { archive, comment, git, openIssue, rename } from './people.js';
import { refused } from './refused.js';
import type { Case, World } from './world.js';

export const REPO_CASES: readonly Case[] = [
  { name: 'self is the account of the token or app, with a noreply address', run: selfIsTheBot },
  { name: 'a repository is the same one by reference, by id and by path', run: threeWaysToOneRepo },
  { name: 'a repository that is not there is not found, a path that is none is invalid', run: missingRepo },
  { name: 'permissions: owner, writer, reader, stranger, unknown', run: permissions },
  { name: 'a permission that may not be asked is unknown, with the fix in words', run: forbiddenPermission },
  { name: 'rights: nothing missing for the bot, else what and the fix in words', run: rights },
  { name: 'git access fetches and pushes', run: gitAccessWorks },
  {
    name: 'after a rename, reads and writes through the old path go to the new one',
    run: renamedInTheMiddle,
  },
  { name: 'a renamed repository is found by its old path', run: oldPath },
  { name: 'a new repository of the old name is not taken for the renamed one', run: nameTakenAgain },
  { name: 'an archived repository says so, at the writing too', run: archived },
  { name: 'a token that opens nothing is unauthorized', run: badToken },
];

async function selfIsTheBot(world: World): Promise<void> {
  const forge = world.forge();
  const self = await forge.self();
  expect(self.login).toBe(world.login.bot);
  expect(self.id).toMatch(/^\d+$/);
  expect(self.email).toContain(`${self.id}+${self.login}@`);
  expect(self.email).toContain('noreply.');
  expect(await forge.self()).toBe(self);
}

async function threeWaysToOneRepo(world: World): Promise<void> {
  const repo = await world.makeRepo();
  const forge = world.forge();
  const found = await forge.getRepo(repo);
  expect(found).toMatchObject({ ref: repo, defaultBranch: 'main', isPrivate: false, archived: false });
  expect(found.url).toMatch(new RegExp(`^https?://.*/${repo.path}$`));
  expect(await forge.getRepoById(repo.id)).toEqual(found);
  expect(await forge.getRepoByPath(repo.path)).toEqual(found);
}

async function missingRepo(world: World): Promise<void> {
  const repo = await world.makeRepo();
  const forge = world.forge();
  const owner = repo.path.split('/')[0];
  expect(await refused(forge.getRepoByPath(`${owner}/nothing-here`))).toBe('not_found');
  expect(await refused(forge.getRepoById('99999999'))).toBe('not_found');
  for (const path of ['..', '../x', 'a/b/c', 'a b/c', '']) {
    expect([path, await refused(forge.getRepoByPath(path))]).toEqual([path, 'invalid']);
    expect([path, await refused(forge.getRepo({ ...repo, id: '7', path }))]).toEqual([path, 'invalid']);
  }
}

async function permissions(world: World): Promise<void> {
  const repo = await world.makeRepo();
  const forge = world.forge();
  const answers: Record<string, unknown> = {};
  for (const role of ['admin', 'maintainer', 'reader', 'stranger'] as const) {
    answers[role] = await forge.getPermission(repo, world.login[role]);
  }
  // Whose it is: the account behind the login, four of them here.
  const accountId: unknown = expect.stringMatching(/^\d+$/);
  expect(answers).toEqual({
    admin: { known: true, permission: 'admin', accountId },
    maintainer: { known: true, permission: 'write', accountId },
    reader: { known: true, permission: 'read', accountId },
    // The repository is public: below `write` is nobody.
    stranger: { known: true, permission: 'read', accountId },
  });
  expect(new Set(Object.values(answers).map((one) => JSON.stringify(one))).size).toBe(4);
  for (const login of ['nobody-here', '..', 'a/b', '', '@x']) {
    expect([login, await forge.getPermission(repo, login)]).toEqual([
      login,
      { known: true, permission: 'none', accountId: undefined },
    ]);
  }
}

async function forbiddenPermission(world: World): Promise<void> {
  const repo = await world.makeRepo();
  const answer = await world.forgeOf('reader').getPermission(repo, world.login.maintainer);
  expect(answer.known).toBe(false);
  if (answer.known) return;
  expect(answer.message).toContain(repo.path);
  expect(answer.message).toMatch(/(Make the bot an admin|Give our account write access)/);
}

async function rights(world: World): Promise<void> {
  const repo = await world.makeRepo();
  const named = { paths: [repo.path], patterns: [], covers: () => false };
  expect(await world.forge().rights(named)).toEqual([{ path: repo.path, missing: [] }]);
  const covers = (path: string): boolean => path === repo.path;
  const covered = { paths: [], patterns: ['acme/*'], covers };
  expect(await world.forge().rights(covered)).toEqual([{ path: repo.path, missing: [] }]);
  const gone = `${repo.path}-not-there`;
  const inVain = { paths: [gone], patterns: ['other/*'], covers: () => false };
  for (const one of await world.forge().rights(inVain))
    expect(one.missing).toEqual([{ right: 'see', fix: expect.stringContaining('repos') }]);
  const [reader] = await world.forgeOf('reader').rights(named);
  expect(reader?.missing).toEqual([
    { right: 'write', fix: `give ${world.login.reader} write access to ${repo.path}` },
    { right: 'ask permissions', fix: expect.stringContaining(`${world.login.reader} `) },
  ]);
  expect(await refused(world.forgeOf('nobody').rights(named))).toBe('unauthorized');
}

async function gitAccessWorks(world: World): Promise<void> {
  const repo = await world.makeRepo();
  const forge = world.forge();
  const folder = await mkdtemp(join(tmpdir(), 'kugetsu-contract-'));
  try {
    for (const need of ['read', 'write'] as const) {
      const access = await forge.gitAccess(repo, need);
      const url = new URL(access.url);
      expect(url.pathname).toBe(`/${repo.path}.git`);
      expect([url.username, url.password]).toEqual(['', '']);
      url.username = access.username;
      url.password = access.password;
      await git(folder, ['clone', '--quiet', url.href, need]);
      if (need === 'read') continue;
      await git(join(folder, need), ['push', '--quiet', 'origin', 'HEAD:refs/heads/by-the-bot']);
    }
    const branches = await git(folder, ['ls-remote', '--heads', world.gitUrl('reader', repo.path)]);
    expect(branches).toContain('refs/heads/by-the-bot');
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function renamedInTheMiddle(world: World): Promise<void> {
  const repo = await world.makeRepo();
  const issue = await openIssue(world, 'maintainer', repo, { title: 'Before the rename' });
  const renamed: Repo[] = [];
  const forge = world.forge({ onRename: (found) => renamed.push(found) });
  expect((await forge.getIssue(issue)).title).toBe('Before the rename');
  const path = await rename(world, repo, `${repo.path.split('/')[1]}-renamed`);

  const made = await forge.createComment(issue, 'through the old path');
  expect(made.url).toContain(`/${path}/`);
  expect(renamed.map((one) => one.ref)).toEqual([{ ...repo, path }]);
  expect((await forge.getIssue(issue)).subject.repo.path).toBe(path);
  expect(renamed).toHaveLength(1);
  expect((await world.forge().listComments(issue)).map((one) => one.body)).toEqual(['through the old path']);
  const access = await forge.gitAccess(repo, 'write');
  expect(access.url).toMatch(new RegExp(`/${path}\\.git$`));
}

async function oldPath(world: World): Promise<void> {
  const repo = await world.makeRepo();
  const path = await rename(world, repo, `${repo.path.split('/')[1]}-elsewhere`);
  expect((await world.forge().getRepoByPath(repo.path)).ref).toEqual({ ...repo, path });
}

async function nameTakenAgain(world: World): Promise<void> {
  const repo = await world.makeRepo();
  const issue = await openIssue(world, 'maintainer', repo, { title: 'Mine' });
  const path = await rename(world, repo, `${repo.path.split('/')[1]}-first`);
  const other = await world.makeRepo(repo.path.split('/')[1]);
  expect(other.path).toBe(repo.path);
  const theirs = await openIssue(world, 'maintainer', other, { title: 'Theirs' });
  const forge = world.forge();
  expect((await forge.getRepo(repo)).ref).toEqual({ ...repo, path });
  await forge.createComment(issue, 'to the right one');
  expect((await forge.listComments(issue)).map((one) => one.body)).toEqual(['to the right one']);
  expect(await world.forge().listComments(theirs)).toEqual([]);
}

async function archived(world: World): Promise<void> {
  const repo = await world.makeRepo();
  const issue = await openIssue(world, 'maintainer', repo, { title: 'Old times' });
  const id = await comment(world, 'maintainer', issue, 'still open');
  await archive(world, repo);
  const forge = world.forge();
  expect((await forge.getRepo(repo)).archived).toBe(true);
  expect((await forge.listComments(issue)).map((one) => one.id)).toEqual([id]);
  expect(await refused(forge.createComment(issue, 'too late'))).toBe('archived');
}

async function badToken(world: World): Promise<void> {
  const repo = await world.makeRepo();
  const forge = world.forgeOf('nobody');
  expect(await refused(forge.self())).toBe('unauthorized');
  expect(await refused(forge.getRepo(repo))).toBe('unauthorized');
  expect(await refused(forge.createComment({ repo, number: 1 }, 'x'))).toBe('unauthorized');
}
