// No commit of the agent's is ever in no ref: whatever replaces it, git's own clean-up of the mirror leaves it; after a merge it is in a bundle.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { foldersBelow } from '../support/disk.js';
import { giteaFace } from '../support/faces.js';
import type { IssueHandle } from '../support/issue.js';
import { kugetsuOn, type Kugetsu } from '../support/kugetsu-on.js';

const CONFIG = ['limits: { memoryPerAgentMb: 0 }'];
const START = '/kugetsu start\nscripted: write 1.txt 1\nscripted: commit Turn 1';

test('A2: a person force-pushes while the agent works: its commits stay, named, and in a bundle after the merge', async () => {
  const k = await kugetsuOn(giteaFace, { config: CONFIG });
  const issue = await k.as('maintainer').openIssue('Forced');
  await issue.comment(START);
  await settleAll(k);
  const [began, gate] = [join(k.home, 'began'), join(k.home, 'gate')];
  await issue.comment(
    `/kugetsu continue\nscripted: write 2.txt 2\nscripted: commit Turn 2\nscripted: run touch ${began}\nscripted: wait ${gate}`,
  );
  await k.world.idle();
  await k.stepUntil('the agent works', () => existsSync(began));
  forcePush(k, issue);
  writeFileSync(gate, '');
  await settleAll(k);
  expect(await issue.final()).toContain('Somebody else pushed');
  const theirs = keptHead(k);
  await issue.comment(
    '/kugetsu continue\nscripted: prompt told.txt\nscripted: write 3.txt 3\nscripted: commit Turn 3',
  );
  await settleAll(k);
  const told = k.show(`fix/issue-${issue.number}:told.txt`);
  expect(told).toContain(theirs);
  expect(bundled(k)).toEqual([theirs]);
  expect(readdirSync(join(k.home, 'rescue'))).toContain(/`rescue\/([\w-]+\.bundle)`/.exec(told)?.[1]);
  expect(`${await issue.report()}${await issue.final()}`).toContain(theirs);
  expectStillThere(k, theirs);
  await expectNoRefsButBundles(k, issue, [theirs]);
});

test('A2: an attempt that crashed is written anew by the next: its commits stay', async () => {
  const k = await kugetsuOn(giteaFace, { config: CONFIG });
  const issue = await k.as('maintainer').openIssue('Retried');
  const once = join(k.home, 'once');
  await issue.comment(
    `/kugetsu start\nscripted: run test -e ${once} && git commit -q --amend -m Rewritten || { date > 1.txt; git add .; git commit -qm First; touch ${once}; kill -9 $PPID; }`,
  );
  await k.world.idle();
  await k.stepUntil('the first attempt is over', () => k.mirrorRefs().length > 0);
  const first = keptHead(k);
  await settleAll(k);
  expect(k.git('log', '-1', '--format=%s', `fix/issue-${issue.number}`)).toBe('Rewritten');
  expectStillThere(k, first);
  await expectNoRefsButBundles(k, issue, [first]);
});

test('A2: a fresh start leaves the commits before it where they can be found', async () => {
  const k = await kugetsuOn(giteaFace, { config: CONFIG });
  const issue = await k.as('maintainer').openIssue('Afresh');
  await issue.comment(START);
  await settleAll(k);
  const first = keptHead(k);
  await issue.comment('/kugetsu start --fresh\nscripted: write other.txt 1\nscripted: commit Another way');
  await settleAll(k);
  expect(`${await issue.report()}${await issue.final()}`).toContain(first);
  expectStillThere(k, first);
  await expectNoRefsButBundles(k, issue, [first]);
});

test('A2: closed twice, each time with other work: two bundles', async () => {
  const k = await kugetsuOn(giteaFace, { config: CONFIG });
  const issue = await k.as('maintainer').openIssue('Closed twice');
  await issue.comment(START);
  await settleAll(k);
  const first = keptHead(k);
  await closePull(k, issue);
  await issue.comment('/kugetsu continue\nscripted: write 2.txt 2\nscripted: commit Turn 2');
  await settleAll(k);
  const second = keptHead(k);
  await closePull(k, issue);
  expect(first).not.toBe(second);
  expect(bundled(k)).toEqual([first, second].sort());
});

/** A commit of somebody else's, beside what the agent did. */
function forcePush(k: Kugetsu, issue: IssueHandle): void {
  const who = ['-c', 'user.name=Person', '-c', 'user.email=person@example.org'];
  const sha = k.git(...who, 'commit-tree', 'main^{tree}', '-p', 'main', '-m', 'By a person');
  k.git('update-ref', `refs/heads/fix/issue-${issue.number}`, sha);
}

function mirror(k: Kugetsu, ...args: string[]): string {
  const [gitDir = ''] = foldersBelow(join(k.home, 'mirrors'), 2).filter((dir) => dir.endsWith('.git'));
  return execFileSync('git', ['--git-dir', gitDir, ...args], { encoding: 'utf8' }).trim();
}

/** What the session's own ref holds. */
function keptHead(k: Kugetsu): string {
  const [ref = ''] = k.mirrorRefs().filter((name) => name.split('/').length === 3);
  return mirror(k, 'rev-parse', ref);
}

function expectStillThere(k: Kugetsu, sha: string): void {
  mirror(k, 'gc', '--quiet', '--prune=now');
  expect(mirror(k, 'for-each-ref', '--contains', sha, '--format=%(refname)')).not.toBe('');
}

async function expectNoRefsButBundles(k: Kugetsu, issue: IssueHandle, shas: string[]): Promise<void> {
  const open = (await issue.pulls()).find((pull) => pull.state === 'open');
  await k.as('maintainer').merge(open?.number ?? 0);
  await settleAll(k);
  expect(k.mirrorRefs()).toEqual([]);
  expect(bundled(k)).toEqual(shas);
}

async function closePull(k: Kugetsu, issue: IssueHandle): Promise<void> {
  const open = (await issue.pulls()).find((pull) => pull.state === 'open');
  await k
    .as('maintainer')
    .on(open?.number ?? 0)
    .setState('closed');
  await settleAll(k);
}

function bundled(k: Kugetsu): string[] {
  const folder = join(k.home, 'rescue');
  const names = readdirSync(folder).filter((name) => name.endsWith('.bundle'));
  const heads = names.map((name) =>
    execFileSync('git', ['bundle', 'list-heads', join(folder, name)], { encoding: 'utf8' }),
  );
  return heads.map((line) => line.slice(0, 40)).sort();
}

/** Until retries that wait for their time are through as well. */
async function settleAll(k: Kugetsu): Promise<void> {
  for (let round = 0; round < 3; round += 1) {
    await k.settle();
    k.clock.advance(30_000);
  }
  await k.settle();
}
