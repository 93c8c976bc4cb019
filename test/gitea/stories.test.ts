// The stories on a real Gitea: kugetsu is a process, everything is waited for as a person would see it.
import { execFileSync } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { kugetsuServing } from '../support/kugetsu-process.js';
import { until } from '../support/until.js';
import { must } from '../support/world.js';
import { giteaWorld } from './gitea-world.js';

const CONFIG = ['limits: { memoryPerAgentMb: 0 }'];
const BOUND_MS = 90_000;
const WORK =
  'scripted: write src/login.txt steady\nscripted: commit Use a fake clock\nscripted: summary Done with a fake clock.';

async function onGitea() {
  const k = await kugetsuServing(await giteaWorld(), { config: CONFIG });
  process.stdout.write(`${k.world.name}\n`);
  const show = (ref: string) =>
    execFileSync('git', ['-c', 'safe.directory=*', '--git-dir', k.world.gitDir, 'show', ref], {
      encoding: 'utf8',
    });
  const wait = (what: string, holds: () => Promise<boolean>) =>
    until(`${what}; log: ${k.log.slice(-3).join('')}`, holds, BOUND_MS);
  return { k, show, wait };
}

test('start by comment, follow-up and review on the pull request, merge, reaped', async () => {
  const { k, show, wait } = await onGitea();
  const issue = await k.as('maintainer').openIssue('Login test is flaky');
  const comment = await issue.comment(`/kugetsu start\n${WORK}`);
  await wait('the final comment', async () => (await issue.finals()).length === 1);
  const pull = await issue.pull();
  expect(show(`fix/issue-${issue.number}:src/login.txt`)).toContain('steady');
  await wait('the rocket', async () => (await issue.reactions(comment.id)).includes('rocket'));

  await k.as('maintainer').review(pull.number, 'REQUEST_CHANGES', 'Say why, please.');
  const onPull = k.as('maintainer').on(pull.number);
  await onPull.comment('/kugetsu continue\nscripted: prompt why.txt\nscripted: commit Say why');
  await wait('the second final comment', async () => (await onPull.finals()).length === 1);
  expect(show(`fix/issue-${issue.number}:why.txt`)).toContain('Say why, please.');
  expect(await issue.pulls()).toHaveLength(1);

  await until('Gitea has checked the pull request', async () => {
    try {
      await k.as('maintainer').merge(pull.number);
      return true;
    } catch {
      return false;
    }
  });
  await wait('everything is reaped', () =>
    Promise.resolve(k.worktrees().length === 0 && k.agentHomes().length === 0),
  );
  expect(show('main:src/login.txt')).toContain('steady');
  expect(await issue.state()).toBe('closed');
});

test('start by label, by edit, not by strangers and not by the bot; stop', async () => {
  const { k, wait } = await onGitea();
  const labelled = await k.as('stranger').openIssue('Labelled');
  await labelled.as('stranger').comment('/kugetsu start');
  await labelled.as('kugetsu-bot').comment('/kugetsu start');
  await labelled.as('maintainer').label('kugetsu');
  const edited = await k.as('maintainer').openIssue('Edited');
  const comment = await edited.comment('Hm.');
  await edited.edit(comment.id, 'Hm.\n\n/kugetsu start\nscripted: hang');
  await wait('the labelled one is done', async () => (await labelled.finals()).length === 1);
  expect(await labelled.final()).toMatch(/@maintainer/);
  expect(await labelled.reports()).toHaveLength(1);
  await wait('the edited one works', async () => (await edited.report()).includes('Working'));
  await edited.comment('/kugetsu stop');
  await wait('it is stopped', async () => (await edited.final()).includes('**Stopped**'));
});

test('a repository renamed in the middle of the work', async () => {
  const { k, wait } = await onGitea();
  const gate = join(k.home, 'gate');
  const issue = await k.as('maintainer').openIssue('Renamed meanwhile');
  await issue.comment(`/kugetsu start\nscripted: wait ${gate}\n${WORK}`);
  await wait('the task runs', async () => (await issue.report()).includes('Working'));
  await must(k.world, 'admin', 'PATCH', '/repos/acme/api', { name: 'renamed' });
  k.world.repo = 'acme/renamed';
  writeFileSync(gate, '');
  await wait('the final comment', async () => (await issue.finals()).length === 1);
  expect(await issue.final()).toContain('the pull request is #');
  expect(await issue.pulls()).toHaveLength(1);
  const moved = k.world.gitDir.replace('api.git', 'renamed.git');
  expect(
    execFileSync('git', ['-c', 'safe.directory=*', '--git-dir', moved, 'branch', '--list', 'fix/*'], {
      encoding: 'utf8',
    }),
  ).toContain('fix/issue-');
});

test('kugetsu killed and Gitea restarted in the middle: one pull request, one final comment', async () => {
  const { k, wait } = await onGitea();
  const gate = join(k.home, 'gate');
  const issue = await k.as('maintainer').openIssue('Power cuts');
  await issue.comment(`/kugetsu start\nscripted: wait ${gate}\n${WORK}`);
  await wait('the task runs', async () => (await issue.report()).includes('Working'));
  await k.kill();
  await k.start();
  await wait('it runs again', () => Promise.resolve(readdirSync(join(k.home, 'agents')).length === 1));
  await k.world.gitea.stop();
  writeFileSync(gate, '');
  await until('kugetsu meets a forge that is down', () => k.log.join('').includes('outbox.retry'), BOUND_MS);
  await k.world.gitea.start();
  await wait('the final comment', async () => (await issue.finals()).length === 1);
  expect(await issue.pulls()).toHaveLength(1);
  expect(await issue.reports()).toHaveLength(1);
});
