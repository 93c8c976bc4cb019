// A pack from a worktree into the mirror: strict checks in quarantine, then its files are moved in and a ref is set.
import type { LimitFunction } from 'p-limit';
import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import type { Log } from '../support/log.js';
import { gitFailure } from './failure.js';
import { GitError, type ReceiveResult } from './git.js';
import { HandoverError } from './handover.js';
import { inspectCommits, refusalOfPack } from './inspect.js';
import type { GitLimits } from './limits.js';
import { checkedKeep, checkedSha } from './names.js';
import { describeRange, type Repository } from './read.js';
import type { Refs } from './refs.js';

const PREFIX = 'incoming-';

interface ReceiveDeps extends Repository {
  readonly limits: GitLimits;
  readonly log: Log;
  readonly exclusive: LimitFunction;
  readonly refs: Refs;
}

interface ReceiveOptions {
  readonly pack: Readable | Buffer;
  readonly tip: string;
  readonly base: string;
  readonly keep: string;
}

/**
 * The pack and `tip` come from a hostile place; `base` and `keep` are ours. A refusal leaves nothing in the mirror.
 * Throws `GitError` for faults of this side (no such base, disk full).
 */
export function createReceiver(deps: ReceiveDeps): (options: ReceiveOptions) => Promise<ReceiveResult> {
  let cleared: Promise<void> | undefined;
  return async (options) => {
    cleared ??= removeLeftOvers(deps.gitDir);
    await cleared;
    return receivePack(deps, options);
  };
}

async function receivePack(deps: ReceiveDeps, options: ReceiveOptions): Promise<ReceiveResult> {
  const { tip, base } = options;
  checkedSha(base, 'the base of the hand-over');
  checkedKeep(options.keep);
  checkedSha(tip, 'the tip of the hand-over');
  const quarantine = await makeQuarantine(deps.gitDir);
  try {
    const inQuarantine = { ...deps, gitDir: quarantine };
    const reason =
      (await unpack(inQuarantine, options.pack)) ??
      (await inspectCommits(inQuarantine, deps.limits, base, tip));
    if (reason !== undefined) {
      deps.log.warn('handover.refused', { mirror: deps.name, tip, reason });
      return { ok: false, reason };
    }
    const received = await describeRange(inQuarantine, base, tip);
    await deps.exclusive(async () => {
      await movePacks(quarantine, deps.gitDir);
      await deps.refs.keepUnlocked(options.keep, tip);
    });
    deps.log.info('handover.received', { mirror: deps.name, tip, commits: received.commits.length });
    return { ok: true, received };
  } finally {
    if (options.pack instanceof Readable) options.pack.destroy();
    await rm(quarantine, { recursive: true, force: true });
  }
}

/** Quarantines of a process that was killed. */
async function removeLeftOvers(gitDir: string): Promise<void> {
  const names = await readdir(gitDir).catch(() => []);
  for (const name of names)
    if (name.startsWith(PREFIX)) await rm(path.join(gitDir, name), { recursive: true, force: true });
}

/** A bare repository that borrows the mirror's objects; inside the mirror's folder, so that moving a pack is a rename. */
async function makeQuarantine(mirrorDir: string): Promise<string> {
  const dir = path.join(mirrorDir, PREFIX + randomUUID());
  try {
    await mkdir(dir, { mode: 0o700 });
  } catch (cause) {
    throw new GitError('not_found', 'Could not receive commits: the mirror was never fetched.', { cause });
  }
  await mkdir(path.join(dir, 'refs'));
  await mkdir(path.join(dir, 'objects', 'info'), { recursive: true });
  await writeFile(path.join(dir, 'objects', 'info', 'alternates'), `${path.join(mirrorDir, 'objects')}\n`);
  await writeFile(path.join(dir, 'config'), '[core]\n\trepositoryformatversion = 0\n\tbare = true\n');
  await writeFile(path.join(dir, 'HEAD'), 'ref: refs/heads/none\n');
  return dir;
}

/** `--strict` looks into every object and for every object that one names; `--fix-thin` completes deltas from the mirror. */
async function unpack(repo: ReceiveDeps, pack: Readable | Buffer): Promise<string | undefined> {
  const { maxPackBytes, maxBlobBytes } = repo.limits;
  const args = ['index-pack', '--strict', '--fix-thin', '--stdin', `--max-input-size=${maxPackBytes}`];
  // Bounds what one delta of a hostile pack can make git allocate.
  const env = { GIT_ALLOC_LIMIT: String(Math.max(2 * maxBlobBytes, 64 * 1024 * 1024)) };
  const outcome = await repo.run.bytes({ gitDir: repo.gitDir, args, env, input: pack });
  if (outcome.exitCode === 0) return undefined;
  if (/No space left|quota exceeded|Too many open files|Read-only file system/i.test(outcome.stderr))
    throw gitFailure(`store what came over for ${repo.name}`, outcome);
  if (pack instanceof Readable && pack.errored instanceof HandoverError) return pack.errored.message;
  return refusalOfPack(outcome, repo.limits);
}

/** The index last: a pack without its index is not seen. */
async function movePacks(from: string, to: string): Promise<void> {
  const source = path.join(from, 'objects', 'pack');
  const target = path.join(to, 'objects', 'pack');
  await mkdir(target, { recursive: true });
  const names = await readdir(source);
  for (const extension of ['.pack', '.rev', '.idx'])
    for (const name of names.filter((each) => each.endsWith(extension)))
      await rename(path.join(source, name), path.join(target, name));
}
