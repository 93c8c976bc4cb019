// The session's worktree as it is, or a new one at the newest commit that is at hand; one that git cannot read is moved aside.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { worktreeName, worktreeOn, type Branches, type Session } from '../domain/session.js';
import { GitError } from '../git/git.js';
import { identityOf } from './access.js';
import { RunFault, type WorkDeps } from './deps.js';
import { environmentOf } from './task-environment.js';
import type { Place } from './forge-branch.js';
import { healIfDamaged, healMirror } from './mirror-care.js';
import { moveWorktreeAside } from './set-aside.js';

/** A session with the branches that this run goes by. */
type Based = Session & Branches;

export interface CheckedOut {
  /** Below the worktrees folder. */
  readonly name: string;
  readonly path: string;
}

const LEFT = 'was left here when the session went to another worker';

export async function checkOut(
  deps: WorkDeps,
  place: Place,
  on: { session: Session; branches: Branches },
): Promise<CheckedOut> {
  const session = { ...on.session, ...on.branches };
  const here = worktreeOn(deps.worker, session);
  const name = here ?? worktreeName(session);
  const dir = { name, path: join(deps.folders.worktrees, name) };
  if (existsSync(dir.path)) {
    if (here !== undefined && (await isUsable(deps, place, session, dir.path))) return dir;
    // A half-made one of a crashed run, where no agent ever was, may go.
    if (session.worktree === undefined) await deps.git.removeTree(dir.path);
    else
      place.notes.push(
        await moveWorktreeAside(deps, session, dir.path, here === undefined ? LEFT : undefined),
      );
  }
  if (session.worktree !== undefined && here === undefined)
    place.notes.push(
      'The worktree of this session is on another worker: a new one was made here, from its newest commit.',
    );
  try {
    await addAtNewest(deps, place, session, dir.path);
  } catch (error) {
    if (!(error instanceof GitError) || (error.code !== 'failed' && error.code !== 'not_found')) throw error;
    const healed = await healIfDamaged(deps, place, error.message);
    if (healed === undefined) throw error;
    place.notes.push(healed);
    await addAtNewest(deps, place, session, dir.path);
  }
  return dir;
}

async function addAtNewest(deps: WorkDeps, place: Place, session: Based, dir: string): Promise<void> {
  const { mirror, notes, forge } = place;
  const { headSha, pushedSha, baseSha } = session;
  // Without a head (a fresh start) what was pushed before is what the new work takes the place of.
  const wanted = headSha === undefined ? [] : [headSha, pushedSha].filter((sha) => sha !== undefined);
  let sha = baseSha;
  for (const candidate of wanted.toReversed()) if (await mirror.has(candidate)) sha = candidate;
  if (headSha !== undefined && sha !== headSha)
    notes.push(
      `The last commit of this session, ${headSha}, is not at hand any more: the worktree stands at ${sha}.`,
    );
  await mirror.addWorktree({ dir, branch: session.branch, sha, identity: await identityOf(deps, forge) });
}

/** What git can say quickly: is HEAD a commit, is the base there, can the index and the trees be read? */
const CHECK = `
GIT_DIR=$PWD/.git GIT_WORK_TREE=$PWD GIT_OPTIONAL_LOCKS=0 LC_ALL=C
export GIT_DIR GIT_WORK_TREE GIT_OPTIONAL_LOCKS LC_ALL
g() { git -c core.fsmonitor=false -c core.bare=false "$@"; }
g rev-parse --verify --quiet 'HEAD^{commit}' >/dev/null && g cat-file -e "$1^{commit}" || exit 1
g diff-index --cached --quiet HEAD -- >/dev/null
test $? -le 1
`;

/** A damaged mirror makes every worktree that borrows from it look broken: it is mended first. */
async function isUsable(deps: WorkDeps, place: Place, session: Based, dir: string): Promise<boolean> {
  if (await gitCanRead(deps, place, session, dir)) return true;
  await deps.git.openTree(dir);
  const healed = await healMirror(deps, place);
  if (healed === undefined) return false;
  place.notes.push(healed);
  return await gitCanRead(deps, place, session, dir);
}

/** In the sandbox: the server runs git in no folder that an agent could write. */
async function gitCanRead(deps: WorkDeps, place: Place, session: Based, dir: string): Promise<boolean> {
  const identity = await identityOf(deps, place.forge);
  const child = deps.sandbox.spawn({
    command: ['/bin/sh', '-c', CHECK, 'kugetsu-check', session.baseSha],
    cwd: dir,
    env: environmentOf({ home: '/nonexistent', tmpDir: dir, facts: {}, identity }),
    readOnly: [place.mirror.objectsDir],
    writable: [dir],
    runId: deps.newId(),
  });
  child.stdin.end();
  child.stdout.resume();
  child.stderr.resume();
  const ended = new AbortController();
  const end = AbortSignal.any([place.signal, AbortSignal.timeout(TIMEOUT_MS)]);
  end.addEventListener('abort', () => void child.kill(0), { signal: ended.signal });
  try {
    const { code, error } = await child.exited;
    place.signal.throwIfAborted();
    if (error !== undefined)
      throw new RunFault('sandbox', `The worktree could not be looked at: ${error.message}`, 'attempt');
    return code === 0;
  } finally {
    ended.abort();
    await child.kill(0);
  }
}

/** A `.git` that makes git wait (a FIFO for a file) is broken too. */
const TIMEOUT_MS = 60_000;
