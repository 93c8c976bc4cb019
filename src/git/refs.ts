// The refs of our own in a mirror: refs/kugetsu/*.
import type { LimitFunction } from 'p-limit';
import { gitFailure } from './failure.js';
import { retryPastStaleLock } from './stale-lock.js';
import { checkedKeep, checkedSha } from './names.js';
import type { GitRunner } from './run.js';

export interface Refs {
  /** Sets refs/kugetsu/KEEP, on disk when it returns; returns the full name. */
  keep(keep: string, sha: string): Promise<string>;
  /** The same for a caller that holds the mirror's lock already. */
  keepUnlocked(keep: string, sha: string): Promise<string>;
  forget(keep: string): Promise<void>;
  kept(): Promise<ReadonlyMap<string, string>>;
}

const PREFIX = 'refs/kugetsu/';

export function createRefs(deps: { run: GitRunner; gitDir: string; exclusive: LimitFunction }): Refs {
  const { run, gitDir } = deps;
  const update = async (doing: string, args: string[]) => {
    const command = { gitDir, args: ['-c', 'core.fsync=committed', 'update-ref', '--no-deref', ...args] };
    const outcome = await retryPastStaleLock(gitDir, () => run.bytes(command));
    if (outcome.exitCode !== 0) throw gitFailure(doing, outcome);
  };
  /** The one place where a kept ref moves: what the new commit does not contain gets a ref of its own first. */
  const keepUnlocked = async (keep: string, sha: string) => {
    const ref = PREFIX + checkedKeep(keep);
    const old = await leftBehind(ref, checkedSha(sha, 'what to keep'));
    if (old !== undefined) await update(`keep what ${ref} held`, [besides(keep, old), old]);
    await update(`keep ${ref}`, [ref, checkedSha(sha, 'what to keep')]);
    return ref;
  };
  async function leftBehind(ref: string, sha: string): Promise<string | undefined> {
    const found = await run.bytes({ gitDir, args: ['rev-parse', '--verify', '--quiet', `${ref}^{commit}`] });
    const old = Buffer.from(found.stdout).toString('utf8').trim();
    if (found.exitCode !== 0 || old === '' || old === sha) return undefined;
    const inside = await run.bytes({ gitDir, args: ['merge-base', '--is-ancestor', old, sha] });
    return inside.exitCode === 0 ? undefined : old;
  }

  return {
    keepUnlocked,
    keep: (keep, sha) => deps.exclusive(() => keepUnlocked(keep, sha)),
    async forget(keep) {
      const ref = PREFIX + checkedKeep(keep);
      await deps.exclusive(() => update(`forget ${ref}`, ['-d', ref]));
    },
    async kept() {
      const args = ['for-each-ref', '--format=%(objectname) %(refname)', PREFIX];
      const outcome = await run.bytes({ gitDir, args });
      if (outcome.exitCode !== 0) throw gitFailure('list what is kept', outcome);
      const lines = Buffer.from(outcome.stdout).toString('utf8').split('\n').filter(Boolean);
      return new Map(lines.map((line) => entry(line)));
    },
  };
}

function besides(keep: string, sha: string): string {
  return `${PREFIX}replaced/${keep.replaceAll('/', '-').slice(0, 80)}-${sha.slice(0, 12)}`;
}

function entry(line: string): [name: string, sha: string] {
  const space = line.indexOf(' ');
  return [line.slice(space + 1 + PREFIX.length), line.slice(0, space)];
}
