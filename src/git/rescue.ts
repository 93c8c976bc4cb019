// A copy of commits that outlives the session: a ref in the mirror and a bundle file that any clone can fetch from.
import { chmod, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { gitFailure } from './failure.js';
import { checkedSha } from './names.js';
import type { Repository } from './read.js';
import type { Refs } from './refs.js';

/**
 * The bundle needs `base` where it is fetched, which the forge has; with nothing after `base` it holds the tip alone. It is
 * verified before it gets its name, readable by the owner only. Throws `GitError`.
 */
export async function rescueTo(
  repo: Repository & { refs: Refs },
  options: {
    readonly name: string;
    readonly sha: string;
    readonly base: string;
    readonly bundleFile: string;
  },
): Promise<{ ref: string; bundleFile: string }> {
  const sha = checkedSha(options.sha, 'what to rescue');
  const base = checkedSha(options.base, 'the base of what to rescue');
  const { bundleFile } = options;
  const ref = await repo.refs.keep(`rescue/${options.name}`, sha);
  await mkdir(path.dirname(bundleFile), { recursive: true, mode: 0o700 });
  const folder = await mkdtemp(path.join(path.dirname(bundleFile), '.rescue-'));
  try {
    const draft = path.join(folder, 'bundle');
    const isEmpty = (await count(repo, [sha, `^${base}`])) === 0;
    await bundle(repo, ['create', '--quiet', draft, ref, isEmpty ? `${sha}^@` : `^${base}`].flatMap(parents));
    await chmod(draft, 0o600);
    await bundle(repo, ['verify', '--quiet', draft]);
    await rename(draft, bundleFile);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return { ref, bundleFile };
}

/** `SHA^@` means all parents; to leave them out they stand after `--not`. */
function parents(argument: string): string[] {
  return argument.endsWith('^@') ? ['--not', argument] : [argument];
}

async function bundle(repo: Repository, args: string[]): Promise<void> {
  const outcome = await repo.run.bytes({ gitDir: repo.gitDir, args: ['bundle', ...args] });
  if (outcome.exitCode !== 0) throw gitFailure(`write a rescue bundle of ${repo.name}`, outcome);
}

async function count(repo: Repository, revisions: string[]): Promise<number> {
  const outcome = await repo.run.text({ gitDir: repo.gitDir, args: ['rev-list', '--count', ...revisions] });
  if (outcome.exitCode !== 0) throw gitFailure(`count what to rescue of ${repo.name}`, outcome);
  return Number(outcome.stdout);
}
