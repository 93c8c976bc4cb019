// destroy on work that never reached the forge: refused with its commit, rescued by force, and the rescue is that very commit.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { giteaFace } from '../support/faces.js';
import { kugetsuOn } from '../support/kugetsu-on.js';

test('unpushed work: destroy names it and refuses; --force keeps exactly that commit', async () => {
  const k = await kugetsuOn(giteaFace, { config: ['limits: { memoryPerAgentMb: 0 }'] });
  const issue = await k.as('maintainer').openIssue('Never pushed');
  await issue.comment('/kugetsu start\nscripted: write only-here.txt precious\nscripted: hang');
  await k.world.idle();
  await k.stepUntil('the file is there', () =>
    k.worktrees().some((dir) => readdirSync(dir).includes('only-here.txt')),
  );
  await issue.comment('/kugetsu stop');
  await k.settle();
  await issue.comment('/kugetsu destroy');
  await k.settle();
  const refusal = (await issue.replies()).at(-1) ?? '';
  const named = /there is unpushed work \(`([0-9a-f]{10})`\)/.exec(refusal)?.[1];
  expect(named).toBeDefined();
  expect(k.worktrees()).toHaveLength(1);

  await issue.comment('/kugetsu destroy --force');
  await k.settle();
  expect(k.worktrees()).toEqual([]);
  const [bundle = ''] = readdirSync(join(k.home, 'rescue'));
  const into = mkdtempSync(join(tmpdir(), 'kugetsu-rescue-'));
  onTestFinished(() => rmSync(into, { recursive: true, force: true }));
  const git = (...args: string[]) =>
    execFileSync('git', ['--git-dir', into, ...args], { encoding: 'utf8' }).trim();
  execFileSync('git', ['clone', '--quiet', '--bare', k.world.gitDir, into]);
  git('fetch', '--quiet', join(k.home, 'rescue', bundle), '+refs/*:refs/rescued/*');
  const rescued = git('for-each-ref', '--format=%(objectname)', 'refs/rescued');
  expect(rescued.startsWith(named ?? 'nothing')).toBe(true);
  expect(git('show', `${rescued}:only-here.txt`)).toBe('precious');
});
