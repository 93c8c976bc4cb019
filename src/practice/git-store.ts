// Real git on the practice forge's bare repositories: every sha the forge tells comes from here.
import { execa } from 'execa';
import { mkdir } from 'node:fs/promises';
import { parseCommits, COMMIT_FORMAT } from './git-log.js';
import type { CommitInfo, PullFacts } from './types.js';

export const ZERO_SHA = '0'.repeat(40);

export interface Signature {
  readonly name: string;
  readonly email: string;
}

export type GitStore = ReturnType<typeof createGitStore>;

/** Settings for every git of the practice forge: nothing of the person's own configuration, no background work left behind. */
export function gitEnvironment(home: string): Record<string, string> {
  return {
    PATH: process.env['PATH'] ?? '/usr/bin:/bin',
    HOME: home,
    LC_ALL: 'C',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_COUNT: '3',
    GIT_CONFIG_KEY_0: 'gc.auto',
    GIT_CONFIG_VALUE_0: '0',
    GIT_CONFIG_KEY_1: 'receive.autogc',
    GIT_CONFIG_VALUE_1: 'false',
    GIT_CONFIG_KEY_2: 'safe.directory',
    GIT_CONFIG_VALUE_2: '*',
  };
}

export function createGitStore(home: string) {
  const env = gitEnvironment(home);

  async function git(
    dir: string,
    args: readonly string[],
    options: { input?: string; env?: Record<string, string> } = {},
  ) {
    const result = await execa('git', ['-C', dir, ...args], {
      env: { ...env, ...options.env },
      extendEnv: false,
      stripFinalNewline: false,
      input: options.input ?? '',
    });
    return result.stdout;
  }

  return {
    git,
    create: (dir: string, branch: string) => create(git, dir, branch),
    commitFiles: (dir: string, commit: NewCommit) => commitFiles(git, dir, commit),
    branches: (dir: string) => branches(git, dir),
    facts: (dir: string, base: string, head: string) => facts(git, dir, base, head),
    commits: (dir: string, range: readonly string[]) => commits(git, dir, range),
    merge: (dir: string, request: MergeRequest) => merge(git, dir, request),
    hunk: (dir: string, place: { base: string; head: string; path: string }) => hunk(git, dir, place),
    /** An empty `sha` deletes the ref. */
    setRef: (dir: string, ref: string, sha: string) =>
      git(dir, sha === '' ? ['update-ref', '-d', ref] : ['update-ref', ref, sha]),
    fetchObjects: (dir: string, from: string, ref: string, to: string) =>
      git(dir, ['fetch', '--quiet', '--no-tags', from, `+${ref}:${to}`]),
    isAncestor: (dir: string, older: string, newer: string) =>
      succeeds(git(dir, ['merge-base', '--is-ancestor', older, newer])),
    hasCommit: (dir: string, sha: string) => succeeds(git(dir, ['cat-file', '-e', `${sha}^{commit}`])),
  };
}

type RunGit = (
  dir: string,
  args: readonly string[],
  options?: { input?: string; env?: Record<string, string> },
) => Promise<string>;

async function create(git: RunGit, dir: string, branch: string): Promise<void> {
  await mkdir(dir, { recursive: true });
  await git(dir, ['init', '--quiet', '--bare', `--initial-branch=${branch}`]);
  await git(dir, ['config', 'receive.denyNonFastForwards', 'false']);
}

export interface NewCommit {
  readonly branch: string;
  readonly message: string;
  readonly author: Signature;
  /** Path to content; the rest of the tree stays. */
  readonly files: Readonly<Record<string, string>>;
}

/** Commits on top of the branch (or starts it) and answers the new tip. */
async function commitFiles(git: RunGit, dir: string, commit: NewCommit): Promise<string> {
  const ref = `refs/heads/${commit.branch}`;
  const parent = (await branches(git, dir)).get(commit.branch);
  const who = `${commit.author.name} <${commit.author.email}> ${Math.floor(Date.now() / 1000)} +0000`;
  const lines = [`commit ${ref}`, `author ${who}`, `committer ${who}`, data(commit.message)];
  if (parent !== undefined) lines.push(`from ${parent}`);
  for (const [path, content] of Object.entries(commit.files))
    lines.push(`M 100644 inline ${JSON.stringify(path)}`, data(content));
  await git(dir, ['fast-import', '--quiet'], { input: `${lines.join('\n')}\n` });
  return (await git(dir, ['rev-parse', ref])).trim();
}

function data(text: string): string {
  return `data ${Buffer.byteLength(text)}\n${text}`;
}

async function branches(git: RunGit, dir: string): Promise<Map<string, string>> {
  const out = await git(dir, ['for-each-ref', '--format=%(objectname) %(refname)', 'refs/heads/']);
  const rows = out.split('\n').filter((line) => line !== '');
  return new Map(rows.map((row) => [row.slice(41 + 'refs/heads/'.length), row.slice(0, 40)]));
}

async function facts(git: RunGit, dir: string, baseSha: string, headSha: string): Promise<PullFacts> {
  const mergeBase = (await git(dir, ['merge-base', baseSha, headSha]).catch(() => '')).trim();
  const numstat = await git(dir, ['diff', '--numstat', '--no-renames', mergeBase || baseSha, headSha]);
  const rows = numstat
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split('\t'));
  const sum = (column: number) => rows.reduce((total, row) => total + (Number(row[column]) || 0), 0);
  const ahead = await git(dir, ['rev-list', '--count', `${baseSha}..${headSha}`]);
  const mergeable = (await mergedTree(git, dir, baseSha, headSha)) !== undefined;
  return {
    headSha,
    baseSha,
    mergeBase,
    mergeable,
    additions: sum(0),
    deletions: sum(1),
    changedFiles: rows.length,
    commits: Number(ahead.trim()),
  };
}

async function mergedTree(git: RunGit, dir: string, base: string, head: string): Promise<string | undefined> {
  const out = await git(dir, ['merge-tree', '--write-tree', '--name-only', base, head]).catch(
    () => undefined,
  );
  return out?.split('\n')[0];
}

/** Newest first; `range` is what `git log` takes. */
async function commits(git: RunGit, dir: string, range: readonly string[]): Promise<CommitInfo[]> {
  const out = await git(dir, [
    'log',
    `--format=${COMMIT_FORMAT}`,
    '--raw',
    '-z',
    '--no-renames',
    '--no-abbrev',
    '--diff-merges=first-parent',
    ...range,
    '--',
  ]);
  return parseCommits(out);
}

export interface MergeRequest {
  readonly base: string;
  readonly head: string;
  readonly message: string;
  readonly by: Signature;
  /** `squash`: one parent. */
  readonly style: 'merge' | 'squash';
}

/** The merge commit's sha, or undefined on a conflict. Moves no ref. */
async function merge(git: RunGit, dir: string, request: MergeRequest): Promise<string | undefined> {
  const tree = await mergedTree(git, dir, request.base, request.head);
  if (tree === undefined) return undefined;
  const parents = request.style === 'merge' ? [request.base, request.head] : [request.base];
  const identity = {
    GIT_AUTHOR_NAME: request.by.name,
    GIT_AUTHOR_EMAIL: request.by.email,
    GIT_COMMITTER_NAME: request.by.name,
    GIT_COMMITTER_EMAIL: request.by.email,
  };
  const args = ['commit-tree', tree, ...parents.flatMap((sha) => ['-p', sha])];
  return (await git(dir, args, { input: request.message, env: identity })).trim();
}

/** The first hunk of a file's difference, as an inline comment quotes it; empty when the file did not change. */
async function hunk(
  git: RunGit,
  dir: string,
  place: { base: string; head: string; path: string },
): Promise<string> {
  const diff = await git(dir, ['diff', '--no-color', place.base, place.head, '--', place.path]);
  const start = diff.indexOf('\n@@');
  return start < 0 ? '' : diff.slice(start + 1).trimEnd();
}

async function succeeds(work: Promise<unknown>): Promise<boolean> {
  return work.then(
    () => true,
    () => false,
  );
}
