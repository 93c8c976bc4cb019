// The room's own composition: everything between a queued task and the end of its session, from the adapters that the app opened.
import { freemem } from 'node:os';
import { tempFolder, type HomePaths } from '../config/home.js';
import type { Session } from '../domain/session.js';
import { createTreeRemover, quietly } from '../git/remove-tree.js';
import { newId } from '../support/ids.js';
import type { WorkDeps } from './deps.js';
import { createReaper } from './reaper.js';
import { recoverRuns } from './recover.js';
import { SALVAGE_MS, unpushedWorkOf } from './salvage.js';
import { createScheduler, type Scheduler } from './scheduler.js';

/** What the app brings; the rest of `WorkDeps` is made here. */
export interface WorkParts extends Omit<
  WorkDeps,
  'newId' | 'folders' | 'removeHome' | 'removeTmp' | 'freeMemoryBytes'
> {
  readonly paths: HomePaths;
  /** Aborted by the end of the server. */
  readonly stopping: AbortSignal;
  /** How long the hand-over of a session that is removed may take. */
  readonly salvageMs?: number | undefined;
}

export interface Work {
  readonly deps: WorkDeps;
  readonly scheduler: Scheduler;
  readonly reaper: { step: () => Promise<boolean> };
  /** Deals with what an earlier boot left; before anything is claimed. */
  readonly recover: () => Promise<unknown>;
  /** Ends the process of a running task of this server, if it is here. */
  readonly abortRun: (taskId: string, by: string) => void;
  /**
   * Work in the worktree that is not at the forge, once no run of the session is active; undefined when there is none, `stuck`
   * when it cannot be taken over. Brings it into the mirror on the way.
   */
  readonly unpushedWork: (session: Session) => Promise<string | undefined>;
}

export function createWork(parts: WorkParts): Work {
  const { stopping, wake, salvageMs = SALVAGE_MS } = parts;
  const deps = depsOf(parts);
  const scheduler = createScheduler(deps, wake);
  const { sessionFree, whileFree } = scheduler;
  const salvaging = { ...deps, stopping, salvageMs };
  return {
    deps,
    scheduler,
    reaper: createReaper({ ...salvaging, whileFree }),
    recover: () => recoverRuns(deps),
    abortRun: scheduler.abort,
    async unpushedWork(session) {
      await sessionFree(session.id);
      return await unpushedWorkOf(salvaging, session);
    },
  };
}

function depsOf(parts: WorkParts): WorkDeps {
  const { config, paths, log } = parts;
  const { worktrees, agents: homes, rescue } = paths;
  const tmp = tempFolder(config());
  return {
    ...parts,
    newId,
    folders: { worktrees, agents: homes, rescue, tmp },
    removeHome: createTreeRemover({ root: homes, trash: 'folder', log }),
    removeTmp: quietly(createTreeRemover({ root: tmp, trash: 'name', log }), log),
    freeMemoryBytes: freemem,
  };
}
