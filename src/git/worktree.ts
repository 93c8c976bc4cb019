// A checkout with a git directory of its own that borrows the mirror's objects; it shows up whole or not at all.
import { lstat, mkdir, mkdtemp, realpath, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { gitFailure } from './failure.js';
import { GitError, type Identity } from './git.js';
import { checkedBranch, checkedSha } from './names.js';
import type { GitRunner } from './run.js';

export type WorktreeMaker = (options: {
  readonly dir: string;
  readonly branch: string;
  readonly sha: string;
  readonly identity: Identity;
  readonly mirror: { readonly name: string; readonly objectsDir: string };
}) => Promise<void>;

/**
 * No remote, no hooks, no filters: with the system's and the user's config shut out nothing can run during the checkout, so
 * LFS pointers stay pointers and submodules stay empty folders. Throws `GitError`.
 */
export function createWorktreeMaker(deps: {
  run: GitRunner;
  worktreesDir: string;
  ready: () => Promise<void>;
}): WorktreeMaker {
  const drafts = path.join(deps.worktreesDir, '.new');
  let cleared: Promise<unknown> | undefined;
  return async ({ dir, branch, sha, identity, mirror }) => {
    checkedBranch(branch);
    checkedSha(sha, 'the commit to check out');
    const doing = `check out ${branch} of ${mirror.name}`;
    await deps.ready();
    await requireFree(dir, deps.worktreesDir, doing);
    // What a process that was killed left half made.
    cleared ??= rm(drafts, { recursive: true, force: true });
    await cleared;
    await mkdir(drafts, { recursive: true, mode: 0o700 });
    const draft = await mkdtemp(path.join(drafts, 'worktree-'));
    try {
      await initialise(draft, mirror.objectsDir, identity);
      const args = ['switch', '--no-guess', '--no-track', '-C', branch, sha];
      const outcome = await deps.run.text({ gitDir: path.join(draft, '.git'), workTree: draft, args });
      if (outcome.exitCode !== 0) throw checkoutFailure(doing, outcome);
      await borrowFromNearby(draft, dir, mirror.objectsDir);
      await rename(draft, dir);
    } catch (error) {
      await rm(draft, { recursive: true, force: true });
      throw error;
    }
  };
}

async function requireFree(dir: string, worktreesDir: string, doing: string): Promise<void> {
  const parent = path.dirname(path.resolve(dir));
  await mkdir(parent, { recursive: true, mode: 0o700 });
  const inside = path.relative(await realpath(worktreesDir), await realpath(parent));
  if (inside.startsWith('..') || path.isAbsolute(inside))
    throw new GitError('failed', `Could not ${doing}: the folder is outside the worktrees folder.`);
  const there = await lstat(dir).catch(() => undefined);
  if (there !== undefined) throw new GitError('failed', `Could not ${doing}: the folder exists already.`);
}

/** By hand instead of `git init`: one process less on the way to an agent, and no template. */
async function initialise(dir: string, objectsDir: string, identity: Identity): Promise<void> {
  const git = path.join(dir, '.git');
  for (const folder of ['objects/info', 'objects/pack', 'refs/heads', 'refs/tags'])
    await mkdir(path.join(git, folder), { recursive: true });
  await writeFile(path.join(git, 'objects/info/alternates'), `${objectsDir}\n`);
  await writeFile(path.join(git, 'HEAD'), 'ref: refs/heads/none\n');
  await writeFile(path.join(git, 'config'), config(identity));
}

/** Relative, so that a home that was moved, copied or restored still fits together. No agent has been in the draft yet. */
async function borrowFromNearby(draft: string, dir: string, objectsDir: string): Promise<void> {
  const way = path.relative(path.join(path.resolve(dir), '.git/objects'), objectsDir);
  await writeFile(path.join(draft, '.git/objects/info/alternates'), `${way}\n`);
}

/** What the agent's own git reads; it may change it as it likes, the server never does read it again. */
function config(identity: Identity): string {
  return [
    '[core]',
    '\trepositoryformatversion = 0',
    '\tfilemode = true',
    '\tbare = false',
    '\tlogallrefupdates = true',
    '[gc]',
    '\tauto = 0',
    '[user]',
    `\tname = ${configValue(identity.name)}`,
    `\temail = ${configValue(identity.email)}`,
    '',
  ].join('\n');
}

function configValue(text: string): string {
  return `"${text.replace(/\p{Cc}/gu, ' ').replace(/["\\]/g, '\\$&')}"`;
}

function checkoutFailure(doing: string, outcome: Parameters<typeof gitFailure>[1]): GitError {
  const error = gitFailure(doing, outcome);
  const missing = /not a tree|unable to read tree|invalid reference|not a commit|bad object/.test(
    outcome.stderr,
  );
  return missing ? new GitError('not_found', error.message) : error;
}
