// The kill loop: comments come in, SIGKILL falls at random, answers of the forge get lost; then everything is counted.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { foldersBelow } from './disk.js';
import type { PracticeWorld } from './faces.js';
import type { IssueHandle } from './issue.js';
import { kugetsuServing, type KugetsuProcess } from './kugetsu-process.js';
import { until } from './until.js';

export interface Wish {
  readonly kills: number;
  readonly issues: number;
  /** Of all issues together: a start each, then follow-ups, every sixth of them a question for the status. */
  readonly comments: number;
  readonly seed: number;
}

interface Story {
  readonly issue: IssueHandle;
  /** File names that the agent was told to write, one per comment. */
  readonly tokens: string[];
  asked: number;
}

/** Each names what was found; all empty when nothing was. */
export interface Tally {
  readonly lost: string[];
  readonly doubled: string[];
  readonly secondPulls: string[];
  readonly unreachableCommits: string[];
  readonly orphans: string[];
  readonly leftBehind: string[];
}

const CONFIG = ['limits: { agents: 3, memoryPerAgentMb: 0, attempts: 20 }'];
const SETTLE_BOUND_MS = 10 * 60_000;

export async function killLoop(world: PracticeWorld, wish: Wish): Promise<Tally> {
  const k = await kugetsuServing(world, { config: CONFIG });
  const random = randomOf(wish.seed);
  const stories: Story[] = [];
  for (let n = 0; n < wish.issues; n += 1)
    stories.push({ issue: await k.as('maintainer').openIssue(`Issue ${n}`), tokens: [], asked: 0 });
  let startMs = 700;
  for (let kill = 0, sent = 0; kill < wish.kills; kill += 1) {
    const upTo = Math.ceil(((kill + 1) * wish.comments) / wish.kills);
    for (; sent < upTo; sent += 1) await say(k, stories, sent, random);
    await loseAnswers(world, random);
    // The one thing here that has to be a matter of time: when the plug is pulled. On a slow machine everything takes longer.
    await pause(random() * 3 * startMs);
    await k.kill();
    startMs = await timeOf(() => k.start());
    await redeliver(world);
  }
  await world.forge.control.clearFaults();
  await until('every delivery is accepted', async () => (await redeliver(world)) === 0);
  await until('every task has its end', () => allAnswered(stories), SETTLE_BOUND_MS);
  const before = await countAtForge(world, k.home, stories);
  for (const { issue } of stories) {
    const [pull] = await issue.pulls();
    if (pull?.state === 'open') await k.as('maintainer').merge(pull.number);
  }
  await until('every merge is accepted', async () => (await redeliver(world)) === 0);
  await until('everything is reaped', () => remains(k).length === 0, 120_000).catch(() => undefined);
  const files = gitIn(world.gitDir, 'ls-tree', '-r', '--name-only', 'main');
  const unmerged = stories.flatMap(({ tokens }) => tokens).filter((token) => !files.includes(`${token}\n`));
  return {
    ...before,
    lost: [...before.lost, ...unmerged.map((token) => `work ${token} is not in main`)],
    orphans: await orphansOf(k),
    leftBehind: remains(k),
  };
}

/** What is there once may be a git of the server that is about to end; an orphan stays. */
async function orphansOf(k: KugetsuProcess<PracticeWorld>): Promise<string[]> {
  const others = () => processesOf(k.home).filter((pid) => pid !== String(k.pid));
  let seen: string[] = [];
  const isQuiet = () => (seen = others()).length === 0;
  await until('no other process is left', isQuiet, 10_000).catch(() => undefined);
  return seen.map(shown);
}

async function timeOf(work: () => Promise<void>): Promise<number> {
  const begin = performance.now();
  await work();
  return performance.now() - begin;
}

/** The n-th comment: first a start on every issue, then follow-ups at random. */
async function say(
  k: KugetsuProcess<PracticeWorld>,
  stories: readonly Story[],
  n: number,
  random: () => number,
): Promise<void> {
  const story = stories[n < stories.length ? n : Math.floor(random() * stories.length)];
  if (story === undefined) throw new Error('no issue to comment on');
  if (n >= stories.length && n % 6 === 0) {
    story.asked += 1;
    await story.issue.comment('/kugetsu status');
    return;
  }
  const token = `tokens/${story.issue.number}-${n}.txt`;
  story.tokens.push(token);
  const verb = n < stories.length ? 'start' : 'continue';
  const work = [
    `scripted: write ${token} ${n}`,
    `scripted: commit Add ${n}`,
    `scripted: run git rev-parse HEAD >> ${commitsFile(k.home)}`,
  ];
  await story.issue.comment(`/kugetsu ${verb}\n${work.join('\n')}`);
}

/** One write of the bot is applied and its answer lost, somewhere in the seconds to come. */
async function loseAnswers(world: PracticeWorld, random: () => number): Promise<void> {
  const paths = ['/issues/\\d+/comments$', '/pulls$', '/git-receive-pack$', '/reactions$'];
  const path = paths[Math.floor(random() * paths.length)];
  await world.forge.control.fault({
    on: 'request',
    method: 'POST',
    ...(path !== undefined && { path }),
    user: 'kugetsu-bot',
    effect: random() < 0.5 ? { kind: 'fail_after', status: 502 } : { kind: 'cut_after' },
  });
}

/** As a person does who presses "redeliver" at the forge. How many had to be sent again. */
async function redeliver(world: PracticeWorld): Promise<number> {
  await world.idle();
  const { deliveries } = await world.forge.control.log();
  const there = new Set(
    deliveries.filter((one) => one.status === 202 || one.status === 200).map((one) => one.id),
  );
  const missing = [...new Set(deliveries.map((one) => one.id))].filter((id) => !there.has(id));
  for (const id of missing)
    await world.forge.control.replay({ id, idOfCopies: 'same', times: 1, connections: 1 });
  return missing.length;
}

/** Every task has its final comment or says into which one it went; every question has its reply. */
async function allAnswered(stories: readonly Story[]): Promise<boolean> {
  for (const { issue, tokens, asked } of stories) {
    const reports = await issue.reports();
    if (reports.length < tokens.length || (await issue.replies()).length < asked) return false;
    if (reports.some((body) => !/\*\*(Done|Failed|Merged|Stopped)/.test(body))) return false;
    if ((await issue.finals()).length < reports.filter((body) => !body.includes('**Merged')).length)
      return false;
  }
  return true;
}

async function countAtForge(
  world: PracticeWorld,
  home: string,
  stories: readonly Story[],
): Promise<Omit<Tally, 'orphans' | 'leftBehind'>> {
  const lost: string[] = [];
  const doubled: string[] = [];
  const secondPulls: string[] = [];
  for (const { issue, tokens, asked } of stories) {
    const [reports, finals, replies, pulls] = [
      await issue.reports(),
      await issue.finals(),
      await issue.replies(),
      await issue.pulls(),
    ];
    const where = `#${issue.number}`;
    for (const body of finals.filter((text) => text.includes('**Failed'))) lost.push(`${where}: ${body}`);
    if (reports.length > tokens.length)
      doubled.push(`${where}: ${reports.length} reports of ${tokens.length}`);
    if (replies.length > asked) doubled.push(`${where}: ${replies.length} replies of ${asked}`);
    for (const text of twice(finals.map(taskOf))) doubled.push(`${where}: two final comments of ${text}`);
    if (pulls.length > 1) secondPulls.push(`${where}: ${pulls.map((pull) => pull.head.ref).join(', ')}`);
    if (pulls.length === 0) lost.push(`${where}: no pull request`);
  }
  return { lost, doubled, secondPulls, unreachableCommits: unreachable(world, home) };
}

const taskOf = (body: string) => /(?:task|final)=(\S+)/.exec(body)?.[1] ?? body.slice(0, 80);

function twice(words: readonly string[]): string[] {
  return words.filter((word, index) => words.indexOf(word) !== index);
}

const commitsFile = (home: string) => join(home, 'commits-of-agents');

/** Commits that an agent made and that no ref holds any more, neither at the forge nor in the mirror. */
function unreachable(world: PracticeWorld, home: string): string[] {
  const file = commitsFile(home);
  const made = existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
  const mirrors = foldersBelow(join(home, 'mirrors'), 2).filter((path) => path.endsWith('.git'));
  const held = new Set(
    [world.gitDir, ...mirrors].flatMap((dir) => gitIn(dir, 'rev-list', '--all').split('\n')),
  );
  return [...new Set(made)].filter((sha) => !held.has(sha));
}

function gitIn(gitDir: string, ...args: string[]): string {
  return execFileSync('git', ['--git-dir', gitDir, ...args], {
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
}

function remains(k: KugetsuProcess<PracticeWorld>): string[] {
  return [...k.worktrees(), ...k.agentHomes()];
}

/** Pids of processes that belong to this home: what a kill must not leave behind. */
function shown(pid: string): string {
  try {
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
    return `${pid} ${command}`;
  } catch {
    return pid;
  }
}

function processesOf(home: string): string[] {
  return readdirSync('/proc').filter((pid) => /^\d+$/.test(pid) && isOf(pid, home));
}

function isOf(pid: string, home: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').includes(`HOME=${home}`);
  } catch {
    return false;
  }
}

/** The same numbers for the same seed (a linear congruential generator: chance is not what is tested). */
function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
