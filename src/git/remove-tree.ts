// Removes a folder whatever an agent made of it: out of the way by a rename first, then deleted; no link is followed.
import { execa } from 'execa';
import { randomUUID } from 'node:crypto';
import { chmod, lstat, mkdir, readdir, realpath, rename, unlink } from 'node:fs/promises';
import path from 'node:path';
import { GitError } from './git.js';

interface RemoverDeps {
  /** Nothing outside this folder is ever removed; `.trash` in it is ours. */
  readonly root: string;
  readonly runDir: string;
  readonly ready: () => Promise<void>;
}

/**
 * Done when it returns; nothing there is fine too. `dir` must be below the root, by its real path. The first call
 * of a process also deletes what an earlier one had only renamed. Throws `GitError`.
 */
export function createTreeRemover(deps: RemoverDeps): (dir: string) => Promise<void> {
  const trash = path.join(deps.root, '.trash');
  let swept = false;
  return async (dir) => {
    await deps.ready();
    await mkdir(trash, { recursive: true, mode: 0o700 });
    if (!swept) {
      swept = true;
      for (const name of await readdir(trash)) await deleteTree(path.join(trash, name), deps.runDir);
    }
    const target = await inside(dir, deps.root);
    if (target === undefined) return;
    const found = await lstat(target);
    if (!found.isDirectory()) return unlink(target);
    const doomed = path.join(trash, randomUUID());
    await moveAway(target, doomed);
    await deleteTree(doomed, deps.runDir);
  };
}

/** The real path of what is to go, its last part unresolved; undefined when there is nothing. */
async function inside(dir: string, rootDir: string): Promise<string | undefined> {
  const full = path.resolve(dir);
  const parent = await realpath(path.dirname(full)).catch(() => undefined);
  if (parent === undefined) return undefined;
  const root = await realpath(rootDir);
  const target = path.join(parent, path.basename(full));
  const below = path.relative(root, target);
  if (below === '' || path.isAbsolute(below) || below.split(path.sep)[0]?.startsWith('.') === true)
    throw new GitError('failed', `Refused to remove ${dir}: it is not a folder below ${rootDir}.`);
  return lstat(target).then(
    () => target,
    () => undefined,
  );
}

/** Renaming a folder that may not be written needs its mode changed first, for anyone but root. */
async function moveAway(from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
  } catch (cause) {
    if (!isCode(cause, 'EACCES') && !isCode(cause, 'EPERM')) throw couldNot(from, cause);
    await chmod(from, 0o700);
    await rename(from, to);
  }
}

/** `rm` and `chmod` of the system walk by directory handles: neither depth nor length of a path stops them, nor a link. */
async function deleteTree(doomed: string, cwd: string): Promise<void> {
  const env = { PATH: process.env['PATH'] ?? '/usr/bin:/bin', LC_ALL: 'C' };
  const options = { cwd, env, extendEnv: false, reject: false, stdin: 'ignore' } as const;
  let last = '';
  for (let attempt = 1; attempt <= 3; attempt++) {
    const removed = await execa('rm', ['-rf', '--', doomed], options);
    if (removed.exitCode === 0) return;
    last = removed.stderr;
    // Folders without write or search permission keep their content from an ordinary user.
    await execa('chmod', ['-R', 'u+rwX', '--', doomed], options);
  }
  throw couldNot(doomed, new Error(last.slice(0, 300)));
}

function couldNot(dir: string, cause: unknown): GitError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new GitError('failed', `Could not remove ${dir}: ${why}`, { cause });
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
