// destroy on work that never reached the forge: refused with its commit, rescued by force, and the rescue is that very commit.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import SQLite from 'better-sqlite3';
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

test('review: a session that was to be removed waits for a forge that is down at the next start, and is removed as ever', async () => {
  const k = await kugetsuOn(giteaFace, { config: ['limits: { memoryPerAgentMb: 0 }'] });
  const issue = await k.as('maintainer').openIssue('Removed after the outage');
  await issue.comment('/kugetsu start\nscripted: write a.txt a\nscripted: commit Add a');
  await k.settle();
  // As a server leaves it that was killed just after the command.
  const raw = new SQLite(join(k.home, 'kugetsu.db'));
  const request = JSON.stringify({ reason: 'destroy', by: 'maintainer' });
  raw.prepare(`update sessions set reap = 'destroy', data = json_set(data, '$.reap', json(?))`).run(request);
  raw.close();
  const effect = { kind: 'fail', status: 503 } as const;
  await k.world.forge.control.fault({ on: 'request', user: 'kugetsu-bot', times: 1_000, effect });
  await k.restart();
  await k.settle();
  expect(k.worktrees()).toHaveLength(1);
  await k.world.forge.control.clearFaults();
  for (let minute = 0; minute < 3; minute += 1) {
    k.clock.advance(60_000);
    await k.settle();
  }
  expect(k.worktrees()).toEqual([]);
  expect((await issue.replies()).at(-1)).toContain('Everything was at the forge');
});
