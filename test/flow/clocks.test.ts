// What ends a run from outside: the wall clock, silence, a graceful stop of the server; and a fresh start.
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { giteaFace } from '../support/faces.js';
import { kugetsuOn } from '../support/kugetsu-on.js';

test('a run that takes too long is stopped, its work kept, and continue goes on in it', async () => {
  const k = await kugetsuOn(giteaFace, {
    config: ['limits: { memoryPerAgentMb: 0, taskTimeoutHours: 0.0006 }'],
  });
  const issue = await k.as('maintainer').openIssue('Takes for ever');
  await issue.comment('/kugetsu start\nscripted: write half.txt half\nscripted: hang hard');
  await k.settle();
  expect(await issue.final()).toMatch(/\*\*Failed\*\* \(timeout\)[\s\S]*Kept: the worktree/);
  expect(await issue.reports()).toHaveLength(1);
  await issue.comment('/kugetsu continue\nscripted: commit Keep the half');
  await k.settle();
  expect(k.show(`fix/issue-${issue.number}:half.txt`)).toContain('half');
});

test('an agent without a sign of life counts as crashed and is tried again', async () => {
  const config = ['limits: { memoryPerAgentMb: 0, idleTimeoutMinutes: 0.02, attempts: 2 }'];
  const k = await kugetsuOn(giteaFace, { config });
  const issue = await k.as('maintainer').openIssue('Falls silent');
  await issue.comment('/kugetsu start\nscripted: hang');
  await k.settle();
  expect(await issue.report()).toMatch(/attempt 1 ended early, again in/);
  k.clock.advance(600_000);
  await k.settle();
  expect(await issue.final()).toContain('no sign of life');
  expect(await issue.finals()).toHaveLength(1);
});

test('a graceful stop ends the agent and burns no attempt; the next start goes on', async () => {
  const k = await kugetsuOn(giteaFace, { config: ['limits: { memoryPerAgentMb: 0, attempts: 1 }'] });
  const issue = await k.as('maintainer').openIssue('Restarted');
  const gate = join(k.home, 'gate');
  const steps = `scripted: write a.txt a\nscripted: wait ${gate}\nscripted: commit Go on`;
  await issue.comment(`/kugetsu start\n${steps}`);
  await k.world.idle();
  await k.stepUntil('the agent works', () => k.worktrees().some((dir) => readdirSync(dir).includes('a.txt')));
  await k.restart();
  writeFileSync(gate, '');
  await k.settle();
  // With one attempt at most, a burnt one would have ended in a failure.
  expect(await issue.pulls()).toHaveLength(1);
  expect(await issue.finals()).toHaveLength(1);
});

test('a question ends the turn as waiting; continue answers it', async () => {
  const k = await kugetsuOn(giteaFace, { config: ['limits: { memoryPerAgentMb: 0 }'] });
  const issue = await k.as('maintainer').openIssue('Which colour');
  await issue.comment('/kugetsu start\nscripted: ask Red or blue?');
  await k.settle();
  expect(await issue.report()).toContain('Waiting for you');
  expect(await issue.final()).toMatch(/> Red or blue\?[\s\S]*continue/);
  await issue.comment('/kugetsu continue blue\nscripted: write colour.txt blue\nscripted: commit Paint it');
  await k.settle();
  expect(k.show(`fix/issue-${issue.number}:colour.txt`)).toContain('blue');
});

test('start --fresh on a living session rescues the old work and begins anew on the same pull request', async () => {
  const k = await kugetsuOn(giteaFace, { config: ['limits: { memoryPerAgentMb: 0 }'] });
  const issue = await k.as('maintainer').openIssue('Again from the start');
  await issue.comment('/kugetsu start\nscripted: write old.txt old\nscripted: commit Old way');
  await k.settle();
  await issue.comment('/kugetsu continue\nscripted: write unpushed.txt x\nscripted: exit 3');
  await k.settle();
  await issue.comment('/kugetsu stop');
  await issue.comment('/kugetsu start --fresh\nscripted: write new.txt new\nscripted: commit New way');
  await k.settle();
  const branch = `fix/issue-${issue.number}`;
  expect(k.show(`${branch}:new.txt`)).toContain('new');
  expect(() => k.show(`${branch}:old.txt`)).toThrow();
  expect(readdirSync(join(k.home, 'rescue'))).toHaveLength(1);
  expect(await issue.pulls()).toHaveLength(1);
});
