// One repository's mirror: which operation may run beside which, and the small ones themselves.
import pLimit from 'p-limit';
import path from 'node:path';
import type { Log } from '../support/log.js';
import { createFetcher, draftMirror } from './fetch.js';
import type { Mirror } from './git.js';
import type { GitLimits } from './limits.js';
import { pushBranch, remoteBranch } from './push.js';
import { describeRange, hasCommit, isAncestor, readBranch, readText } from './read.js';
import { carryKept, changePlaces, isSound } from './rebuild.js';
import { createReceiver } from './receive.js';
import { createRefs } from './refs.js';
import { rescueTo } from './rescue.js';
import type { GitRunner } from './run.js';
import type { WorktreeMaker } from './worktree.js';

export interface MirrorDeps {
  readonly run: GitRunner;
  readonly limits: GitLimits;
  readonly log: Log;
  /** `FORGE/ID`, for messages. */
  readonly name: string;
  readonly gitDir: string;
  readonly addWorktree: WorktreeMaker;
}

/**
 * What writes to the mirror (fetch, storing a pack, refs) runs one at a time. Reading, worktrees and pushes do not wait:
 * objects are only ever added, and pushes write nothing here. A future gc needs them to wait.
 */
export function createMirror(deps: MirrorDeps): Mirror {
  const { run, limits, gitDir, name } = deps;
  const objectsDir = path.join(gitDir, 'objects');
  const exclusive = pLimit(1);
  const refs = createRefs({ run, gitDir, exclusive });
  const repo = { run, gitDir, name };
  return {
    gitDir,
    objectsDir,
    fetch: createFetcher({ ...repo, log: deps.log, exclusive }),
    branch: (branch) => readBranch(repo, branch),
    readText: (sha, file, maxBytes) => readText(repo, sha, file, maxBytes),
    isAncestor: (ancestor, descendant) => isAncestor(repo, ancestor, descendant),
    has: (sha) => hasCommit(repo, sha),
    isSound: () => isSound(repo),
    rebuild: (access, aside) =>
      exclusive(() =>
        draftMirror({ ...repo, log: deps.log, exclusive }, access, async (draft) => {
          const lost = await carryKept(repo, gitDir, draft);
          await changePlaces(draft, gitDir, aside);
          return lost;
        }),
      ),
    addWorktree: (options) => deps.addWorktree({ ...options, mirror: { name, objectsDir } }),
    receive: createReceiver({ ...repo, limits, log: deps.log, exclusive, refs }),
    describe: (base, tip) => describeRange(repo, base, tip),
    push: (options) => pushBranch({ ...repo, log: deps.log }, options),
    remoteBranch: (access, branch) => remoteBranch(repo, access, branch),
    rescue: (options) => rescueTo({ ...repo, refs }, options),
    forget: (keep) => refs.forget(keep),
    kept: () => refs.kept(),
  };
}
