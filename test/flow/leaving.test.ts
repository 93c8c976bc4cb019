// A session that is being removed, and what comes meanwhile: nothing stays behind, nothing is given to the dying one.
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { foldersBelow } from '../support/disk.js';
import { giteaFace } from '../support/faces.js';
import { kugetsuOn } from '../support/kugetsu-on.js';
import { kugetsuServing } from '../support/kugetsu-process.js';
import { until } from '../support/until.js';

const CONFIG = ['limits: { memoryPerAgentMb: 0 }'];

test('A5: destroy during a large checkout leaves no worktree, and a start right after gets a session of its own', async () => {
  const world = await giteaFace();
  addManyFiles(world.gitDir, 3_000);
  const k = await kugetsuServing(world, { config: CONFIG });
  const issue = await k.as('maintainer').openIssue('Think again');
  await issue.comment('/kugetsu start\nscripted: write first.txt x\nscripted: commit First');
  await until('the checkout is under way', () => drafts(k.home).length > 0);
  await issue.comment('/kugetsu destroy --force');
  await issue.comment('/kugetsu start\nscripted: write second.txt x\nscripted: commit Second');
  await until(
    'the second start is done',
    async () => (await issue.finals()).some((body) => body.includes('**Done**')),
    90_000,
  );
  const pull = await issue.pull();
  expect(await issue.finals()).toHaveLength(2);
  expect(new Set(sessionsOfStarts(k.log)).size).toBe(2);
  expect(inRepo(world.gitDir, 'show', `${pull.head.ref}:second.txt`)).toContain('x');
  expect(k.worktrees()).toHaveLength(1);
  await issue.comment('/kugetsu destroy --force');
  await until('everything is gone', () => k.worktrees().length + k.agentHomes().length === 0);
});

function sessionsOfStarts(log: readonly string[]): (string | undefined)[] {
  const starts = log.join('').matchAll(/^.*"verb":"start".*"command\.done".*$/gm);
  return [...starts].map(([line]) => (JSON.parse(line) as { session?: string }).session);
}

test('A5: a pull request that is merged while an agent works on it leaves neither worktree nor agent home', async () => {
  const k = await kugetsuOn(giteaFace, { config: CONFIG });
  const issue = await k.as('maintainer').openIssue('Merged early');
  await issue.comment('/kugetsu start\nscripted: write a.txt a\nscripted: commit Add a');
  await k.settle();
  const begun = join(k.home, 'begun');
  await issue.comment(`/kugetsu continue\nscripted: run touch ${begun}\nscripted: hang`);
  await k.world.idle();
  await k.stepUntil('the agent works', () => existsSync(begun));
  await k.as('maintainer').merge((await issue.pull()).number);
  await k.settle();
  expect(k.worktrees()).toEqual([]);
  expect(k.agentHomes()).toEqual([]);
});

test('A5: worktrees that no session names are found: an unknown one is kept in rescue, that of a removed session goes', async () => {
  const k = await kugetsuOn(giteaFace, { config: CONFIG });
  const issue = await k.as('maintainer').openIssue('Left over');
  await issue.comment('/kugetsu start\nscripted: write a.txt a\nscripted: commit Add a');
  await k.settle();
  const [worktree = ''] = k.worktrees();
  await issue.comment('/kugetsu destroy --force');
  await k.settle();
  const unknown = join(worktree, '..', '77-0123456789abcdef');
  for (const dir of [worktree, unknown]) {
    mkdirSync(dir, { recursive: true });
    writeFileSync(join(dir, 'work.txt'), 'precious');
  }
  k.clock.advance(11 * 60_000);
  await k.settle();
  expect(k.worktrees()).toEqual([]);
  const rescued = foldersBelow(join(k.home, 'rescue'), 2).map((path) => readFileSync(path, 'utf8'));
  expect(rescued).toContain('precious');
});

test('C7: a pipe in the place of .git/HEAD holds back neither stop nor the next command', async () => {
  const k = await kugetsuOn(giteaFace, { config: CONFIG });
  const issue = await k.as('maintainer').openIssue('Hangs in the hand-over');
  await issue.comment(
    '/kugetsu start\nscripted: write a.txt a\nscripted: run rm .git/HEAD && mkfifo .git/HEAD',
  );
  await k.world.idle();
  await k.stepUntil('the hand-over hangs', () => handoverIn(k.home));
  await issue.comment('/kugetsu stop');
  await k.world.idle();
  await k.stepUntil('the run is over', () => k.app.activeRuns === 0, 10_000);
  await k.settle();
  expect(await issue.final()).toContain('**Stopped**');
  expect(handoverIn(k.home)).toBe(false);
});

test('C7: a pipe in the place of .git/HEAD holds back neither the end of the server nor a status meanwhile', async () => {
  const k = await kugetsuServing(await giteaFace(), { config: CONFIG });
  const issue = await k.as('maintainer').openIssue('Hangs while it is removed');
  await issue.comment('/kugetsu start\nscripted: run true');
  await until('it is done', async () => (await issue.finals()).length > 0);
  const [worktree = ''] = k.worktrees();
  makePipe(join(worktree, '.git', 'HEAD'));
  await issue.comment('/kugetsu destroy --force');
  await until('the hand-over hangs', () => handoverIn(k.home));
  await issue.comment('/kugetsu status');
  await until('status says it', async () => (await issue.replies()).join('').includes('it is being removed'));
  let code: number | null | undefined;
  void k.stop().then((end) => (code = end.code));
  await until('the server ends, and does not wait for the minute of the hand-over', () => code !== undefined);
  expect(code).toBe(0);
  expect(k.worktrees()).toEqual([worktree]);
  rmSync(join(worktree, '.git', 'HEAD'));
  await k.start();
  await until('it is removed after the next start', () => k.worktrees().length === 0);
  expect(existsSync(join(k.home, 'rescue'))).toBe(true);
});

test('C7: a worktree that does not give its work away is told by destroy, and kept whole by --force', async () => {
  const k = await kugetsuOn(giteaFace, { config: CONFIG, salvageMs: 500 });
  const issue = await k.as('maintainer').openIssue('Gives nothing away');
  await issue.comment('/kugetsu start\nscripted: run true');
  await k.settle();
  const [worktree = ''] = k.worktrees();
  writeFileSync(join(worktree, 'work.txt'), 'precious');
  makePipe(join(worktree, '.git', 'HEAD'));
  await issue.comment('/kugetsu destroy');
  await k.settle();
  expect((await issue.replies()).at(-1)).toContain('the work in its worktree cannot be taken over');
  await issue.comment('/kugetsu destroy --force');
  await k.settle();
  expect(k.worktrees()).toEqual([]);
  const [kept = ''] = readdirSync(join(k.home, 'rescue'));
  expect(readFileSync(join(k.home, 'rescue', kept, 'work.txt'), 'utf8')).toBe('precious');
  expect(handoverIn(k.home)).toBe(false);
});

/** Git waits for what is never written there. */
function makePipe(path: string): void {
  rmSync(path);
  execFileSync('mkfifo', [path]);
}

function addManyFiles(gitDir: string, count: number): void {
  const files = Array.from(
    { length: count },
    (_, n) => `M 100644 inline many/${n % 50}/${n}.txt\ndata 2\nx\n`,
  );
  const commit = 'commit refs/heads/main\ncommitter A <a@example.invalid> 1700000000 +0000\ndata 4\nMany\n';
  const input = `${commit}from refs/heads/main^0\n${files.join('\n')}\n`;
  execFileSync('git', ['--git-dir', gitDir, 'fast-import', '--quiet'], { input });
}

function inRepo(gitDir: string, ...args: string[]): string {
  return execFileSync('git', ['--git-dir', gitDir, ...args], { encoding: 'utf8' });
}

/** Checkouts that are not whole yet. */
function drafts(home: string): string[] {
  const dir = join(home, 'worktrees', '.new');
  return existsSync(dir) ? readdirSync(dir) : [];
}

/** Does a hand-over run in one of this home's worktrees? */
function handoverIn(home: string): boolean {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .some((pid) => {
      try {
        const isOurs = readlinkSync(`/proc/${pid}/cwd`).startsWith(home);
        return isOurs && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('kugetsu-handover');
      } catch {
        return false;
      }
    });
}
