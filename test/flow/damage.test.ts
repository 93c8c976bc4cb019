// A worktree or a mirror that git cannot read any more: moved aside, made anew, said; the work goes on and nothing is deleted.
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { foldersBelow } from '../support/disk.js';
import { giteaFace } from '../support/faces.js';
import type { IssueHandle } from '../support/issue.js';
import { kugetsuOn, type Kugetsu } from '../support/kugetsu-on.js';

const CONFIG = ['limits: { memoryPerAgentMb: 0 }'];

test('A8: a worktree whose .git is broken is kept aside, a new one goes on, and the report says so', async () => {
  const k = await kugetsuOn(giteaFace, { config: CONFIG });
  const issue = await workedOn(k, 'Broken worktree');
  const [worktree = ''] = k.worktrees();
  writeFileSync(join(worktree, '.git', 'HEAD'), 'garbage\n');
  writeFileSync(join(worktree, 'precious.txt'), 'not committed\n');
  await issue.comment(work(2, 'continue'));
  await k.settle();
  await expectWorked(k, issue, 2);
  const [kept = ''] = rescued(k, /-worktree/);
  expect(await issue.report()).toContain(`rescue/${kept}`);
  expect(readdirSync(join(k.home, 'rescue', kept))).toContain('precious.txt');
});

test('review: destroy does not say that everything was at the forge when a worktree was kept aside before', async () => {
  const k = await kugetsuOn(giteaFace, { config: CONFIG });
  const issue = await workedOn(k, 'Broken, then destroyed');
  const [worktree = ''] = k.worktrees();
  writeFileSync(join(worktree, '.git', 'HEAD'), 'garbage\n');
  await issue.comment(work(2, 'continue'));
  await k.settle();
  const [kept = ''] = rescued(k, /-worktree/);
  await issue.comment('/kugetsu destroy --force');
  await k.settle();
  const said = (await issue.replies()).at(-1);
  expect(said).toContain(`rescue/${kept}`);
  expect(said).not.toContain('Everything was at the forge');
  expect(rescued(k, /-worktree/)).toEqual([kept]);
});

for (const [what, damage] of [
  ['its objects and packs are empty files', (dir: string) => emptied(join(dir, 'objects'))],
  ['its HEAD is damaged', (dir: string) => writeFileSync(join(dir, 'HEAD'), 'garbage\n')],
] as const) {
  test(`A8: a damaged mirror is made anew, for every issue and after a restart: ${what}`, async () => {
    const k = await kugetsuOn(giteaFace, { config: CONFIG });
    const issue = await workedOn(k, 'Damaged mirror');
    damage(mirrorDir(k));
    await issue.comment(work(2, 'continue'));
    await k.settle();
    await expectWorked(k, issue, 2);
    const [kept = ''] = rescued(k, /^mirror-/);
    expect(await issue.report()).toContain(`rescue/${kept}`);
    await k.restart();
    damage(mirrorDir(k));
    await workedOn(k, 'Another issue');
    await issue.comment(work(3, 'continue'));
    await k.settle();
    await expectWorked(k, issue, 3);
    expect(rescued(k, /^mirror-/)).toHaveLength(2);
    expect(rescued(k, /-worktree/)).toEqual([]);
  });
}

async function workedOn(k: Kugetsu, title: string): Promise<IssueHandle> {
  const issue = await k.as('maintainer').openIssue(title);
  await issue.comment(work(1, 'start'));
  await k.settle();
  await expectWorked(k, issue, 1);
  return issue;
}

function work(n: number, verb: 'start' | 'continue'): string {
  return `/kugetsu ${verb}\nscripted: write ${n}.txt ${n}\nscripted: commit Turn ${n}`;
}

async function expectWorked(k: Kugetsu, issue: IssueHandle, turns: number): Promise<void> {
  expect(await issue.final()).toContain('**Done**');
  expect(await issue.finals()).toHaveLength(turns);
  expect(k.git('rev-list', '--count', `main..fix/issue-${issue.number}`)).toBe(String(turns));
}

function mirrorDir(k: Kugetsu): string {
  const [dir = ''] = foldersBelow(join(k.home, 'mirrors'), 2).filter((path) => path.endsWith('.git'));
  return dir;
}

/** As a full disk or a power cut leaves them; the indexes of the packs still name what was there. */
function emptied(objects: string): void {
  const files = readdirSync(objects, { recursive: true, withFileTypes: true }).filter((each) =>
    each.isFile(),
  );
  for (const file of files.filter(({ name }) => !name.endsWith('.idx'))) {
    const path = join(file.parentPath, file.name);
    rmSync(path);
    writeFileSync(path, '');
  }
}

function rescued(k: Kugetsu, name: RegExp): string[] {
  return readdirSync(join(k.home, 'rescue')).filter((each) => name.test(each));
}
