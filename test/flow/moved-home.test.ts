// A home that is moved while sessions live: worktree, branch and the agent's notes go on from where they were.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { giteaFace } from '../support/faces.js';
import { kugetsuServing } from '../support/kugetsu-process.js';
import { until } from '../support/until.js';

test('D8: a moved home goes on with its living worktrees and sessions', async () => {
  const k = await kugetsuServing(await giteaFace(), { config: ['limits: { memoryPerAgentMb: 0 }'] });
  const issue = await k.as('maintainer').openIssue('Move house');
  await issue.comment(
    '/kugetsu start\nscripted: remember the old house\nscripted: write a.txt a\nscripted: commit Add a',
  );
  await until('the first end', async () => (await issue.finals()).length === 1);
  await k.stop();
  const before = k.home;
  await k.moveHome();
  await k.start();
  await issue.comment(
    '/kugetsu continue\nscripted: run test -f a.txt && git log -1 --format=%s\nscripted: write b.txt b\nscripted: commit Add b\nscripted: recall',
  );
  await until('the second end', async () => (await issue.finals()).length === 2);
  expect(existsSync(before)).toBe(false);
  expect(k.worktrees()).toHaveLength(1);
  const [worktree = ''] = k.worktrees();
  expect(existsSync(join(worktree, 'b.txt'))).toBe(true);
  expect(await issue.final()).toMatch(/\*\*Done\*\*[\s\S]*the old house/);
  expect(await issue.report()).not.toMatch(/moved aside|rebuilt|anew/);
  expect(await issue.pulls()).toHaveLength(1);
  // Nothing was made again: the second commit stands on the first one.
  const { head } = await issue.pull();
  expect(head.ref).toBe(`fix/issue-${issue.number}`);
});
