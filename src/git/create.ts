// The git room's door: one hardened runner, one mirror object per repository, removal of worktrees.
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { type Log, silentLog } from '../support/log.js';
import { prepareRunDir } from './credentials.js';
import type { Git, Mirror } from './git.js';
import { DEFAULT_LIMITS, type GitLimits } from './limits.js';
import { createMirror } from './mirror.js';
import { checkedFolder } from './names.js';
import { createTreeRemover, openTree } from './remove-tree.js';
import { setAside } from './set-aside.js';
import { createRunner } from './run.js';
import { createWorktreeMaker } from './worktree.js';

export interface GitDeps {
  /** Bare repositories: `mirrorsDir/FORGE/ID.git`. No sandbox may write to it; worktrees read `objects` in it. */
  readonly mirrorsDir: string;
  /** Below it every worktree; `.new` and `.trash` in it are ours. On one file system. */
  readonly worktreesDir: string;
  /** Private, short-lived files: the askpass script, credentials while a command runs. Never mounted into a sandbox. */
  readonly runDir: string;
  readonly log?: Log;
  readonly limits?: Partial<GitLimits>;
}

/** Nothing is touched before the first call. One process at a time owns the three folders (the home lock). */
export function createGit(deps: GitDeps): Git {
  const limits = { ...DEFAULT_LIMITS, ...deps.limits };
  const log = deps.log ?? silentLog;
  const ready = once(async () => {
    for (const dir of [deps.mirrorsDir, deps.worktreesDir, deps.runDir])
      await mkdir(dir, { recursive: true, mode: 0o700 });
    await prepareRunDir(deps.runDir);
  });
  const run = createRunner(deps.runDir, limits, ready);
  const mirrors = new Map<string, Mirror>();
  const addWorktree = createWorktreeMaker({ run, worktreesDir: deps.worktreesDir, ready });
  return {
    mirror({ forge, id }) {
      const key = path.join(checkedFolder(forge), `${checkedFolder(id)}.git`);
      const known = mirrors.get(key);
      if (known !== undefined) return known;
      const name = `${forge}/${id}`;
      const made = createMirror({
        run,
        limits,
        log,
        name,
        gitDir: path.join(deps.mirrorsDir, key),
        addWorktree,
      });
      mirrors.set(key, made);
      return made;
    },
    removeTree: createTreeRemover({ root: deps.worktreesDir, trash: 'folder', ready, log }),
    setAside,
    openTree,
  };
}

/** A failed attempt is tried again by the next caller. */
function once(start: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined;
  return () => {
    running ??= start().catch((error: unknown) => {
      running = undefined;
      throw error;
    });
    return running;
  };
}
