// The contract of a forge that misbehaves: what is repeated, what is not, and what the caller is told.
import { expect } from 'vitest';
import { openIssue } from './people.js';
import { refusal, refused } from './refused.js';
import type { Case, Faults, World } from './world.js';

export const FAULT_CASES: readonly Case[] = [
  { name: 'a rate limit is told with the time to wait, and nothing is repeated', run: rateLimit },
  { name: 'a write that was applied before its 502 is not repeated', run: appliedThen502 },
  { name: 'a write that was applied before the connection broke is not repeated', run: appliedThenCut },
  { name: 'a read is repeated after a 502', run: readAgain },
  { name: 'a read that fails for good is unavailable', run: readFails },
  { name: 'a forge that is slow is unavailable, and is not asked again at once', run: slow },
];

async function rateLimit(world: World): Promise<void> {
  const { issue, faults, forge, comments } = await scene(world);
  await faults.next({ method: 'POST', path: comments, effect: { kind: 'rate_limit', retryAfterSeconds: 7 } });
  const error = await refusal(forge.createComment(issue, 'too fast'));
  expect([error.code, error.details.retryAfterMs]).toEqual(['rate_limited', 7000]);
  expect(await faults.count('POST', new RegExp(comments))).toBe(1);
  await faults.next({ method: 'GET', path: comments, effect: { kind: 'rate_limit', retryAfterSeconds: 7 } });
  expect(await refused(forge.listComments(issue))).toBe('rate_limited');
  expect(await forge.listComments(issue)).toEqual([]);
}

async function appliedThen502(world: World): Promise<void> {
  const { issue, faults, forge, comments } = await scene(world);
  await faults.next({ method: 'POST', path: comments, effect: { kind: 'fail_after', status: 502 } });
  expect(await refused(forge.createComment(issue, 'once'))).toBe('unavailable');
  expect((await forge.listComments(issue)).map((one) => one.body)).toEqual(['once']);
}

async function appliedThenCut(world: World): Promise<void> {
  const { issue, faults, forge, comments } = await scene(world);
  await faults.next({ method: 'POST', path: comments, effect: { kind: 'cut_after' } });
  expect(await refused(forge.createComment(issue, 'once'))).toBe('unavailable');
  expect((await forge.listComments(issue)).map((one) => one.body)).toEqual(['once']);
}

async function readAgain(world: World): Promise<void> {
  const { issue, faults, forge, path } = await scene(world);
  await faults.next({ method: 'GET', path, effect: { kind: 'fail', status: 502 } });
  await faults.next({ method: 'GET', path, effect: { kind: 'cut' } });
  expect((await forge.getIssue(issue)).title).toBe('In bad weather');
}

async function readFails(world: World): Promise<void> {
  const { issue, faults, forge, path } = await scene(world);
  for (let times = 0; times < 3; times += 1) {
    await faults.next({ method: 'GET', path, effect: { kind: 'fail', status: 503 } });
  }
  expect(await refused(forge.getIssue(issue))).toBe('unavailable');
  expect(await faults.count('GET', new RegExp(path))).toBe(3);
}

async function slow(world: World): Promise<void> {
  const { issue, faults, path } = await scene(world);
  const forge = world.forge({ timeoutMs: 300 });
  await forge.getRepo(issue.repo);
  await faults.next({ method: 'GET', path, effect: { kind: 'slow', ms: 1500 } });
  const error = await refusal(forge.getIssue(issue));
  expect(error.code).toBe('unavailable');
  expect(error.message).toContain('did not answer within 300 ms');
  expect((await forge.getIssue(issue)).title).toBe('In bad weather');
}

async function scene(world: World) {
  if (world.faults === undefined) throw new Error('only for a world that can misbehave');
  const faults: Faults = world.faults;
  const repo = await world.makeRepo();
  const issue = await openIssue(world, 'maintainer', repo, { title: 'In bad weather' });
  const forge = world.forge({ retryDelayMs: 5 });
  // An app looks up its installation and its token once, before the weather turns.
  await forge.getRepo(repo);
  const path = `/repos/${repo.path}/issues/${issue.number}$`;
  return { issue, faults, forge, path, comments: `/repos/${repo.path}/issues/${issue.number}/comments` };
}
