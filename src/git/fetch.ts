// Brings a mirror up to date with the forge, creating it when it is not there; callers at the same time share one fetch.
import type { LimitFunction } from 'p-limit';
import { mkdir, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import type { GitAccess } from '../forges/forge.js';
import type { Log } from '../support/log.js';
import { gitFailure } from './failure.js';
import type { GitRunner } from './run.js';
import { retryPastStaleLock } from './stale-lock.js';

interface FetchDeps {
  readonly run: GitRunner;
  readonly gitDir: string;
  readonly name: string;
  readonly log: Log;
  readonly exclusive: LimitFunction;
}

/**
 * A caller joins a fetch only if that has not begun to ask the forge: what was pushed before the call is there after it.
 * So any number of callers cost one running and one waiting fetch. Throws `GitError`.
 */
export function createFetcher(deps: FetchDeps): (access: GitAccess) => Promise<void> {
  let waiting: { access: GitAccess; done: Promise<void> } | undefined;
  return (access) => {
    if (waiting !== undefined) {
      waiting.access = access;
      return waiting.done;
    }
    const mine = { access, done: Promise.resolve() };
    mine.done = deps.exclusive(() => {
      waiting = undefined;
      return fetchOrCreate(deps, mine.access);
    });
    waiting = mine;
    return mine.done;
  };
}

async function fetchOrCreate(deps: FetchDeps, access: GitAccess): Promise<void> {
  const startedMs = performance.now();
  const exists = await stat(deps.gitDir).then(
    () => true,
    () => false,
  );
  if (exists) await fetchInto(deps, deps.gitDir, access);
  else await draftMirror(deps, access, (draft) => rename(draft, deps.gitDir));
  const tookMs = Math.round(performance.now() - startedMs);
  deps.log.info('mirror.fetched', { mirror: deps.name, tookMs, created: !exists });
}

/** Under another name until the first fetch has succeeded and `place` puts it in place: a folder at `gitDir` was whole once. */
export async function draftMirror<T>(
  deps: FetchDeps,
  access: GitAccess,
  place: (draft: string) => Promise<T>,
): Promise<T> {
  const parent = path.dirname(deps.gitDir);
  const prefix = `.new-${path.basename(deps.gitDir)}-`;
  await mkdir(parent, { recursive: true, mode: 0o700 });
  for (const name of await readdir(parent))
    if (name.startsWith(prefix)) await rm(path.join(parent, name), { recursive: true, force: true });
  const draft = await mkdtemp(path.join(parent, prefix));
  try {
    const args = ['init', '--quiet', '--bare', '--template=', draft];
    const made = await deps.run.bytes({ args });
    if (made.exitCode !== 0) throw gitFailure(`create the mirror of ${deps.name}`, made);
    await fetchInto(deps, draft, access);
    return await place(draft);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    throw error;
  }
}

/** Refspecs and address stand on the command line: a mirror's config knows no remote that anything could fall back to. */
async function fetchInto(deps: FetchDeps, gitDir: string, access: GitAccess): Promise<void> {
  const args = (url: string) => [
    'fetch',
    '--quiet',
    '--prune',
    '--no-tags',
    '--no-write-fetch-head',
    '--no-auto-maintenance',
    '--no-recurse-submodules',
    '--',
    url,
    '+refs/heads/*:refs/remotes/origin/*',
    '+refs/pull/*/head:refs/pull/*/head',
  ];
  const outcome = await retryPastStaleLock(gitDir, () => deps.run.network(access, { gitDir, args }));
  if (outcome.exitCode !== 0) throw gitFailure(`fetch ${deps.name}`, outcome, access.password);
}
