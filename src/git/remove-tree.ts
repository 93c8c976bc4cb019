// Removes a folder whatever an agent made of it: out of the way by a rename first, then deleted; no link is followed.
import { execa } from 'execa';
import { randomUUID } from 'node:crypto';
import { chmod, lstat, mkdir, readdir, realpath, rename, unlink } from 'node:fs/promises';
import path from 'node:path';
import { describeError } from '../support/errors.js';
import type { Log } from '../support/log.js';
import { GitError } from './git.js';

export interface RemoverDeps {
  /** Nothing outside this folder is ever removed. Made when it is missing. */
  readonly root: string;
  /**
   * `folder`: what goes is in `.trash` of the root, which is ours alone. `name`: it stays beside the others under a name
   * of its own, for a root that is shared with the machine (the system's folder for temporary files).
   */
  readonly trash: 'folder' | 'name';
  readonly ready?: () => Promise<void>;
  readonly log: Log;
}

const TRASH_NAME = '.kugetsu-trash-';

/**
 * Out of the way when it returns; nothing there is fine too. `dir` must be below the root, by its real path. What then
 * cannot be deleted stays in the trash, is named in the log, and is tried again by each later call and by the first call
 * of the next process. Throws `GitError` where even the rename is refused.
 */
export function createTreeRemover(deps: RemoverDeps): (dir: string) => Promise<void> {
  const trash = deps.trash === 'folder' ? path.join(deps.root, '.trash') : deps.root;
  const prefix = deps.trash === 'folder' ? '' : TRASH_NAME;
  const inHand = new Set<string>();
  // Of an earlier process until they were looked for once, then those that would not go.
  let left: 'unknown' | Set<string> = 'unknown';
  return async (dir) => {
    await deps.ready?.();
    await mkdir(trash, { recursive: true, mode: 0o700 });
    await sweep();
    const target = await inside(dir, deps.root);
    if (target === undefined) return;
    const found = await lstat(target);
    if (!found.isDirectory()) return unlink(target);
    const name = `${prefix}${randomUUID()}`;
    inHand.add(name);
    await moveAway(target, path.join(trash, name));
    await discard(name, target);
  };

  async function sweep(): Promise<void> {
    const names = left === 'unknown' ? await ownIn(trash, prefix) : [...left];
    left = new Set();
    for (const name of names) if (!inHand.has(name)) await discard(name, undefined);
  }

  async function discard(name: string, from: string | undefined): Promise<void> {
    inHand.add(name);
    const folder = path.join(trash, name);
    const why = await deleteTree(folder);
    inHand.delete(name);
    if (why === undefined) return;
    if (left !== 'unknown') left.add(name);
    deps.log.warn('trash.kept', { folder, from, why, next: 'tried again with the next removal' });
  }
}

/** For folders that are only in the way: says in the log what could not be removed, never throws. */
export function quietly(remove: (dir: string) => Promise<void>, log: Log): (dir: string) => Promise<void> {
  return (dir) =>
    remove(dir).catch((error: unknown) => {
      log.warn('folder.kept', { folder: dir, why: describeError(error) });
    });
}

/** Gives this user back the right to read, to write and to enter all that is below; of links nothing is changed. */
export async function openTree(dir: string): Promise<void> {
  await execa('chmod', ['-R', 'u+rwX', '--', dir], options());
}

/** Somebody else's folder with our prefix, in a folder that is shared, is not ours to delete. */
async function ownIn(folder: string, prefix: string): Promise<string[]> {
  const names = (await readdir(folder)).filter((name) => name.startsWith(prefix));
  const stats = await Promise.all(names.map((name) => lstat(path.join(folder, name)).catch(() => undefined)));
  return names.filter((_, index) => stats[index]?.uid === process.geteuid?.());
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
export async function moveAway(from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
  } catch (cause) {
    if (!isCode(cause, 'EACCES') && !isCode(cause, 'EPERM')) throw couldNot(from, cause);
    await chmod(from, 0o700);
    await rename(from, to);
  }
}

/**
 * Why something of it is still there, else undefined. `rm` and `chmod` of the system walk by directory handles: neither
 * depth nor length of a path stops them, nor a link.
 */
async function deleteTree(doomed: string): Promise<string | undefined> {
  let last = '';
  for (let attempt = 1; attempt <= 3; attempt++) {
    const removed = await execa('rm', ['-rf', '--', doomed], options());
    if (removed.exitCode === 0) return undefined;
    last = removed.stderr === '' ? (removed.shortMessage ?? '') : removed.stderr;
    // Folders without write or search permission keep their content from an ordinary user.
    await openTree(doomed);
  }
  return last.slice(0, 300);
}

function options() {
  const env = { PATH: process.env['PATH'] ?? '/usr/bin:/bin', LC_ALL: 'C' };
  return { cwd: '/', env, extendEnv: false, reject: false, stdin: 'ignore' } as const;
}

function couldNot(dir: string, cause: unknown): GitError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new GitError('failed', `Could not move ${dir} out of the way: ${why}`, { cause });
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
