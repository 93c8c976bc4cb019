// The contract of a forge: pull requests and reviews.
import { expect } from 'vitest';
import { closePull, fork, mergePull, pushBranch, review } from './people.js';
import { refused } from './refused.js';
import type { Case, World } from './world.js';

export const PULL_CASES: readonly Case[] = [
  { name: 'a pull request is made, and read back', run: pullMade },
  { name: 'a second one for the same branches is the first one', run: pullExists },
  { name: 'without commits it is invalid, without a head not found', run: pullRefused },
  { name: 'a draft is one, and stays one when its title is edited', run: draft },
  { name: 'found by branch: closed ones too, others not, forks not', run: foundByBranch },
  { name: 'title and body are edited', run: pullEdited },
  { name: 'a merged one is merged, and its branch known after it was deleted', run: merged },
  { name: 'reviews with comments on lines, oldest first', run: reviews },
];

const WANTED = { head: 'fix/issue-1', base: 'main', title: 'Fix it', body: 'Closes #1', draft: false };

async function pullMade(world: World): Promise<void> {
  const repo = await world.makeRepo();
  const sha = await pushBranch(world, 'maintainer', repo.path, WANTED.head);
  const forge = world.forge();
  const { pull, existed } = await forge.createPullRequest(repo, WANTED);
  expect(existed).toBe(false);
  expect(pull).toMatchObject({
    title: 'Fix it',
    body: 'Closes #1',
    state: 'open',
    draft: false,
    author: { login: world.login.bot },
    head: { branch: WANTED.head, sha, repoPath: repo.path },
    base: { branch: 'main' },
  });
  expect(pull.base.sha).toMatch(/^[0-9a-f]{40}$/);
  expect(await forge.getPullRequest(pull.subject)).toEqual(pull);
}

async function pullExists(world: World): Promise<void> {
  const repo = await world.makeRepo();
  await pushBranch(world, 'maintainer', repo.path, 'another');
  await pushBranch(world, 'maintainer', repo.path, WANTED.head);
  const forge = world.forge();
  await forge.createPullRequest(repo, { ...WANTED, head: 'another' });
  const first = await forge.createPullRequest(repo, WANTED);
  const second = await forge.createPullRequest(repo, { ...WANTED, title: 'Again' });
  expect(second).toEqual({ pull: first.pull, existed: true });
}

async function pullRefused(world: World): Promise<void> {
  const repo = await world.makeRepo();
  const forge = world.forge();
  expect(await refused(forge.createPullRequest(repo, { ...WANTED, head: 'main' }))).toBe('invalid');
  expect(await refused(forge.createPullRequest(repo, { ...WANTED, head: 'no-such-branch' }))).toBe(
    'not_found',
  );
}

async function draft(world: World): Promise<void> {
  const repo = await world.makeRepo();
  await pushBranch(world, 'maintainer', repo.path, WANTED.head);
  const forge = world.forge();
  const { pull } = await forge.createPullRequest(repo, { ...WANTED, draft: true });
  expect(pull.draft).toBe(true);
  await forge.editPullRequest(pull.subject, { title: 'A better title' });
  const edited = await forge.getPullRequest(pull.subject);
  expect(edited.draft).toBe(true);
  expect(edited.title).toContain('A better title');
}

async function foundByBranch(world: World): Promise<void> {
  const repo = await world.makeRepo();
  const forge = world.forge();
  for (const branch of [WANTED.head, 'fix/issue-11', 'fix']) {
    if (branch === 'fix') continue;
    await pushBranch(world, 'maintainer', repo.path, branch);
  }
  const old = await forge.createPullRequest(repo, WANTED);
  await closePull(world, 'maintainer', old.pull.subject);
  const now = await forge.createPullRequest(repo, WANTED);
  await forge.createPullRequest(repo, { ...WANTED, head: 'fix/issue-11' });
  const forked = await fork(world, 'stranger', repo);
  await pushBranch(world, 'stranger', forked, 'from-fork');
  const [owner] = forked.split('/');
  const foreign = { ...WANTED, head: `${owner}:from-fork` };
  const path = `/repos/${repo.path}/pulls`;
  expect((await world.as('stranger')('POST', path, foreign)).status).toBe(201);

  const found = await forge.findPullRequests(repo, WANTED.head);
  expect(found.map((one) => [one.subject.number, one.state])).toEqual([
    [now.pull.subject.number, 'open'],
    [old.pull.subject.number, 'closed'],
  ]);
  expect(await forge.findPullRequests(repo, 'from-fork')).toEqual([]);
  expect(await forge.findPullRequests(repo, 'main')).toEqual([]);
}

async function pullEdited(world: World): Promise<void> {
  const repo = await world.makeRepo();
  await pushBranch(world, 'maintainer', repo.path, WANTED.head);
  const forge = world.forge();
  const { pull } = await forge.createPullRequest(repo, WANTED);
  await forge.editPullRequest(pull.subject, { body: 'Closes #1\n\nwith evidence' });
  expect(await forge.getPullRequest(pull.subject)).toMatchObject({
    title: 'Fix it',
    body: 'Closes #1\n\nwith evidence',
  });
  await forge.editPullRequest(pull.subject, { title: 'Fix it well' });
  expect(await forge.getPullRequest(pull.subject)).toMatchObject({
    title: 'Fix it well',
    body: 'Closes #1\n\nwith evidence',
    draft: false,
  });
}

async function merged(world: World): Promise<void> {
  const repo = await world.makeRepo();
  const sha = await pushBranch(world, 'maintainer', repo.path, WANTED.head);
  const forge = world.forge();
  const { pull } = await forge.createPullRequest(repo, WANTED);
  await mergePull(world, 'maintainer', pull.subject, WANTED.head);
  const after = await forge.getPullRequest(pull.subject);
  expect(after).toMatchObject({ state: 'merged', head: { branch: WANTED.head, sha } });
  expect((await forge.findPullRequests(repo, WANTED.head)).map((one) => one.state)).toEqual(['merged']);
}

async function reviews(world: World): Promise<void> {
  const repo = await world.makeRepo();
  const sha = await pushBranch(world, 'maintainer', repo.path, WANTED.head, 'a.txt');
  const forge = world.forge();
  const { pull } = await forge.createPullRequest(repo, WANTED);
  expect(await forge.listReviews(pull.subject)).toEqual([]);
  const inline = [
    { path: 'a.txt', line: 2, body: 'not random, please' },
    { path: 'a.txt', line: 3, body: 'and here' },
  ];
  await review(world, 'maintainer', pull.subject, { event: 'comment', body: 'Looks close' });
  await review(world, 'maintainer', pull.subject, {
    event: 'request changes',
    body: 'Use a fake clock',
    inline,
  });
  await review(world, 'admin', pull.subject, { event: 'approve', body: '' });

  const found = await forge.listReviews(pull.subject);
  const author = { login: world.login.maintainer };
  expect(found).toMatchObject([
    { author, state: 'commented', body: 'Looks close', sha, comments: [] },
    {
      author,
      state: 'changes_requested',
      body: 'Use a fake clock',
      sha,
      comments: inline.map((one) => ({ ...one, author })),
    },
    { author: { login: world.login.admin }, state: 'approved', comments: [] },
  ]);
  expect(new Set(found.map((one) => one.id)).size).toBe(3);
}
