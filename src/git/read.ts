// Questions to a mirror that change nothing.
import { Buffer, isUtf8 } from 'node:buffer';
import { actsIn } from '../text/inert-refs.js';
import { gitFailure } from './failure.js';
import { GitError, type Commit, type Received } from './git.js';
import { checkedBranch, checkedSha } from './names.js';
import type { GitOutcome, GitRunner } from './run.js';

export interface Repository {
  readonly run: GitRunner;
  readonly gitDir: string;
  readonly name: string;
}

/**
 * For `diff-tree`: a few trees that name each other can unfold to billions of files, and it collects them all before it
 * prints (more than 20 GB were seen). Its largest single allocation is bounded, which stops it below a million files.
 */
export const TREE_BOUND = { GIT_ALLOC_LIMIT: '4m' };

/** Full sha of a branch as of the last fetch. */
export async function readBranch(repo: Repository, branch: string): Promise<string | undefined> {
  const ref = `refs/remotes/origin/${checkedBranch(branch)}`;
  const args = ['rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`];
  const outcome = await repo.run.bytes({ gitDir: repo.gitDir, args });
  if (outcome.exitCode === 1) return undefined;
  if (outcome.exitCode !== 0) throw problem(repo, `look up the branch ${branch}`, outcome);
  return Buffer.from(outcome.stdout).toString('utf8').trim();
}

/** Undefined for anything but a plain file of UTF-8 text of at most `maxBytes`. Symbolic links are not followed. */
export async function readText(
  repo: Repository,
  sha: string,
  path: string,
  maxBytes: number,
): Promise<string | undefined> {
  const tree = checkedSha(sha, 'the commit to read from');
  if (path.includes('\0') || path.split('/').some((part) => ['', '.', '..'].includes(part))) return undefined;
  const args = ['--literal-pathspecs', 'ls-tree', '-z', '-l', '--full-tree', '--end-of-options', tree, path];
  const listed = await repo.run.text({ gitDir: repo.gitDir, args });
  if (listed.exitCode !== 0) throw problem(repo, `read ${path}`, listed);
  const entry = /^100(?:644|755) blob ([0-9a-f]+) +(\d+)\t([^\0]*)\0$/.exec(listed.stdout);
  const oid = entry?.[1];
  if (oid === undefined || entry?.[3] !== path || Number(entry[2]) > maxBytes) return undefined;
  const outcome = await repo.run.bytes({
    gitDir: repo.gitDir,
    args: ['cat-file', 'blob', oid],
    maxBytes: maxBytes + 1,
  });
  if (outcome.exitCode !== 0) throw problem(repo, `read ${path}`, outcome);
  return isUtf8(outcome.stdout) ? Buffer.from(outcome.stdout).toString('utf8') : undefined;
}

export async function hasCommit(repo: Repository, sha: string): Promise<boolean> {
  const args = ['cat-file', '-e', `${checkedSha(sha, 'the commit to look for')}^{commit}`];
  return (await repo.run.bytes({ gitDir: repo.gitDir, args })).exitCode === 0;
}

/** Throws `GitError` `not_found` when the mirror has no such commits. */
export async function isAncestor(repo: Repository, ancestor: string, descendant: string): Promise<boolean> {
  const shas = [checkedSha(ancestor, 'the ancestor'), checkedSha(descendant, 'the descendant')];
  const outcome = await repo.run.bytes({
    gitDir: repo.gitDir,
    args: ['merge-base', '--is-ancestor', ...shas],
  });
  if (outcome.exitCode === 0) return true;
  if (outcome.exitCode === 1) return false;
  throw problem(repo, 'compare two commits', outcome);
}

/** Commits reachable from `tip` and not from `base`, oldest first, and the files that differ. A binary file counts 0 lines. */
export async function describeRange(repo: Repository, base: string, tip: string): Promise<Received> {
  const from = checkedSha(base, 'the base');
  const to = checkedSha(tip, 'the tip');
  const format = '--format=%H%x00%s%x00%an%x00%ae%x00%B';
  const log = ['log', '-z', '--reverse', '--topo-order', '--no-color', '--no-show-signature', '--no-notes'];
  const diff = ['diff-tree', '-r', '-z', '--numstat', '--no-renames', '--no-ext-diff', '--no-textconv'];
  const [commits, files] = await Promise.all([
    repo.run.text({ gitDir: repo.gitDir, args: [...log, format, '--end-of-options', to, `^${from}`] }),
    repo.run.bytes({ gitDir: repo.gitDir, args: [...diff, '--end-of-options', from, to], env: TREE_BOUND }),
  ]);
  if (commits.exitCode !== 0) throw problem(repo, 'list the commits', commits);
  if (files.exitCode !== 0) throw problem(repo, 'list the changed files', files);
  return {
    tip: to,
    commits: parseCommits(commits.stdout),
    files: parseNumstat(Buffer.from(files.stdout).toString('utf8')),
  };
}

function parseCommits(output: string): Commit[] {
  const fields = output.split('\0');
  const commits: Commit[] = [];
  for (let at = 0; at + 4 < fields.length; at += 5) {
    const [sha = '', subject = '', authorName = '', authorEmail = '', message = ''] = fields.slice(
      at,
      at + 5,
    );
    commits.push({ sha, subject, authorName, authorEmail, acts: actsIn(message) });
  }
  return commits;
}

function parseNumstat(output: string): Received['files'] {
  return output.split('\0').flatMap((line) => {
    const found = /^(\d+|-)\t(\d+|-)\t([\s\S]+)$/.exec(line);
    if (found === null) return [];
    const [, added = '-', removed = '-', path = ''] = found;
    return [{ path, added: lines(added), removed: lines(removed) }];
  });
}

function lines(count: string): number {
  return count === '-' ? 0 : Number(count);
}

/** A mirror that was never fetched, or an object it does not hold, is `not_found`. */
function problem(repo: Repository, doing: string, outcome: Omit<GitOutcome, 'stdout'>): GitError {
  const error = gitFailure(`${doing} in the mirror of ${repo.name}`, outcome);
  const missing =
    /not a git repository|[Nn]ot a valid (commit|object) name|not a tree object|bad object|bad revision/.test(
      outcome.stderr,
    );
  return missing ? new GitError('not_found', error.message) : error;
}
