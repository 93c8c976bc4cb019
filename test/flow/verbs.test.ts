// The verbs as people use them, each in a short story.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { giteaFace, githubFace } from '../support/faces.js';
import { kugetsuOn } from '../support/kugetsu-on.js';

const CONFIG = ['limits: { memoryPerAgentMb: 0 }'];
const WORK = 'scripted: write a.txt one\nscripted: commit Add a';

for (const face of [giteaFace, githubFace]) {
  test(`a follow-up on the pull request goes on in the same session, with the review (${face.name})`, async () => {
    const k = await kugetsuOn(face, { config: CONFIG });
    const issue = await k.as('maintainer').openIssue('Two turns');
    await issue.comment(`/kugetsu start\n${WORK}\nscripted: remember blue`);
    await k.settle();
    const pull = await issue.pull();
    await k
      .as('maintainer')
      .review(pull.number, 'REQUEST_CHANGES', 'Please add b too.', [
        { path: 'a.txt', body: 'one is enough', new_position: 1 },
      ]);
    await k
      .as('maintainer')
      .on(pull.number)
      .comment(
        '/kugetsu continue now b\nscripted: prompt seen.txt\nscripted: commit Add what was said\nscripted: recall',
      );
    await k.settle();
    expect(await issue.pulls()).toHaveLength(1);
    const seen = k.show(`${pull.head.label.split(':').at(-1)}:seen.txt`);
    expect(seen).toContain('Please add b too.');
    expect(seen).toContain('a.txt');
    const answer = (await k.as('maintainer').on(pull.number).finals()).at(-1);
    expect(answer).toContain(`pull request is #${pull.number}`);
    expect(answer).toContain('blue');
    expect(k.git('rev-list', '--count', `main..fix/issue-${issue.number}`)).toBe('2');
  });
}

test('stop ends the whole process tree, keeps the worktree, and continue goes on', async () => {
  const k = await kugetsuOn(giteaFace, { config: CONFIG });
  const pidFile = join(k.home, 'background');
  const issue = await k.as('maintainer').openIssue('Stop me');
  await issue.comment(
    `/kugetsu start\nscripted: write half.txt half\nscripted: background ${pidFile}\nscripted: hang hard`,
  );
  await issue.comment('/kugetsu continue later');
  await k.world.idle();
  await k.stepUntil('the agent hangs', () => readdirSync(k.home).includes('background'));
  await issue.comment('/kugetsu stop');
  await k.settle();
  expect(await issue.finals()).toHaveLength(1);
  expect((await issue.finals())[0]).toMatch(/\*\*Stopped\*\* by maintainer/);
  const pid = execFileSync('cat', [pidFile], { encoding: 'utf8' }).trim();
  expect(
    readdirSync('/proc').includes(pid) && execFileSync('cat', [`/proc/${pid}/cmdline`], { encoding: 'utf8' }),
  ).toBeFalsy();
  expect(k.worktrees()).toHaveLength(1);
  await issue.comment('/kugetsu stop');
  await issue.comment('/kugetsu continue\nscripted: commit Keep the half');
  await k.settle();
  expect((await issue.replies()).at(-1)).toContain('nothing to stop');
  expect(k.show(`fix/issue-${issue.number}:half.txt`)).toContain('half');
});

test('waiting follow-ups become one turn', async () => {
  const k = await kugetsuOn(giteaFace, { config: CONFIG });
  const gate = join(k.home, 'gate');
  const issue = await k.as('maintainer').openIssue('Merge them');
  await issue.comment(`/kugetsu start\nscripted: wait ${gate}`);
  await k.world.idle();
  await k.stepUntil('the task runs', async () => (await issue.report()).includes('Working'));
  await issue.comment('/kugetsu continue first');
  await issue.comment('/kugetsu continue second');
  await k.world.idle();
  await k.stepUntil(
    'both wait',
    async () => (await issue.reports()).filter((body) => body.includes('waits for T-')).length === 2,
  );
  writeFileSync(gate, '');
  await k.settle();
  const reports = await issue.reports();
  expect(reports.filter((body) => body.includes('Merged into T-'))).toHaveLength(1);
  expect(await issue.finals()).toHaveLength(2);
});

test('typing mistakes are answered with a hint, help and queue are answered, retry repeats what failed', async () => {
  const k = await kugetsuOn(giteaFace, { config: CONFIG });
  const issue = await k.as('maintainer').openIssue('Ask around');
  await issue.comment(
    '/kugetsu strat now\n/kugetsu start --agnet x\n/kugetsu start --agent claud\n/kugetsu help\n/kugetsu queue\n/kugetsu retry\n/kugetsu delegate look',
  );
  await k.settle();
  const replies = (await issue.replies()).join('\n');
  for (const hint of [
    'Did you mean `/kugetsu start`',
    '--agent',
    'no agent of that name',
    'who may',
    '**Queue**',
    'No task failed here',
    'not built yet',
  ]) {
    expect(replies).toContain(hint);
  }
  await issue.comment('/kugetsu start\nscripted: exit 3');
  for (let n = 0; n < 4; n += 1) {
    await k.settle();
    k.clock.advance(600_000);
  }
  expect(await issue.final()).toContain('**Failed**');
  await issue.comment('/kugetsu retry');
  await k.settle();
  expect(await issue.reports()).toHaveLength(2);
});

test('destroy refuses and says why; --force rescues, and the rescue holds the same tree', async () => {
  const k = await kugetsuOn(giteaFace, { config: CONFIG });
  const issue = await k.as('maintainer').openIssue('Destroy me');
  await issue.comment(`/kugetsu start\n${WORK}`);
  await k.settle();
  const pull = await issue.pull();
  await issue.comment('/kugetsu destroy');
  await k.settle();
  expect((await issue.replies()).at(-1)).toContain(`its pull request #${pull.number} is open`);
  await issue.comment('/kugetsu continue\nscripted: write unpushed.txt work\nscripted: hang');
  await k.world.idle();
  await k.stepUntil('the follow-up works', async () => (await issue.report()).includes('Working'));
  const [worktree = ''] = k.worktrees();
  await k.stepUntil('the file is there', () => readdirSync(worktree).includes('unpushed.txt'));
  await issue.comment('/kugetsu stop');
  await k.settle();
  await issue.comment('/kugetsu destroy --force');
  await k.settle();
  expect((await issue.replies()).at(-1)).toContain('rescued');
  expect(k.worktrees()).toEqual([]);
  expect(k.agentHomes()).toEqual([]);
  const [bundle = ''] = readdirSync(join(k.home, 'rescue'));
  const into = mkdtempSync(join(tmpdir(), 'kugetsu-rescue-'));
  onTestFinished(() => rmSync(into, { recursive: true, force: true }));
  execFileSync('git', ['clone', '--quiet', '--bare', k.world.gitDir, into]);
  execFileSync('git', [
    '--git-dir',
    into,
    'fetch',
    '--quiet',
    join(k.home, 'rescue', bundle),
    '+refs/*:refs/rescued/*',
  ]);
  const [ref = ''] = execFileSync(
    'git',
    ['--git-dir', into, 'for-each-ref', '--format=%(refname)', 'refs/rescued'],
    { encoding: 'utf8' },
  ).split('\n');
  expect(
    execFileSync('git', ['--git-dir', into, 'show', `${ref}:unpushed.txt`], { encoding: 'utf8' }),
  ).toContain('work');
  expect(execFileSync('git', ['--git-dir', into, 'show', `${ref}:a.txt`], { encoding: 'utf8' })).toContain(
    'one',
  );
});

test('a pull request that is closed without a merge is reaped with a rescue; a closed issue starts nothing', async () => {
  const k = await kugetsuOn(giteaFace, { config: CONFIG });
  const issue = await k.as('maintainer').openIssue('Never mind');
  await issue.comment(`/kugetsu start\n${WORK}`);
  await k.settle();
  const pull = await issue.pull();
  await k.as('maintainer').on(pull.number).setState('closed');
  await k.settle();
  expect(k.worktrees()).toEqual([]);
  expect(readdirSync(join(k.home, 'rescue'))).toHaveLength(1);
  await issue.setState('closed');
  await issue.comment('/kugetsu start');
  await k.settle();
  expect((await issue.replies()).at(-1)).toContain('This issue is closed');
});
