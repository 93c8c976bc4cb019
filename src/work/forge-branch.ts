// The session's branch as it is at the forge, told apart from what our own pushes make of it meanwhile.
import type { SubjectRef } from '../domain/refs.js';
import type { Session } from '../domain/session.js';
import { branchGone, movedByOthers } from '../domain/session-moves.js';
import type { Forge } from '../forges/forge.js';
import type { Mirror } from '../git/git.js';
import type { WorkDeps } from './deps.js';
import { bringMirrorUpToDate } from './mirror-care.js';
import { rescueCommit, takeAwayWorktree } from './set-aside.js';

export interface Place {
  readonly forge: Forge;
  readonly mirror: Mirror;
  readonly subject: SubjectRef;
  readonly signal: AbortSignal;
  /** Sentences for the agent and the report: what was found and where what was kept is. */
  readonly notes: string[];
}

type Look =
  | { readonly kind: 'as_known'; readonly session: Session }
  /** No branch there any more: somebody deleted it. */
  | { readonly kind: 'gone'; readonly session: Session }
  | { readonly kind: 'moved'; readonly session: Session; readonly sha: string };

const MOST_LOOKS = 5;

/**
 * Fetches, and takes in what somebody else did to the branch. Returns the session as stored then. While the outbox pushes an
 * earlier turn, what was looked at may be old at once: then it is looked at again, and in the end the lease of the push decides.
 */
export async function upToDate(deps: WorkDeps, place: Place, sessionId: string): Promise<Session> {
  for (let n = 1; n <= MOST_LOOKS; n += 1) {
    const found = await look(deps, place, sessionId);
    if (found.kind === 'as_known') return found.session;
    const taken = found.kind === 'gone' ? await forgetBranch(deps, found) : await takeIn(deps, place, found);
    if (taken !== undefined) return taken;
  }
  return await sessionOf(deps, sessionId);
}

/** Only what was asked while no push of ours ended can tell that somebody else was there. */
async function look(deps: WorkDeps, place: Place, sessionId: string): Promise<Look> {
  let before = await sessionOf(deps, sessionId);
  for (let n = 1; ; n += 1) {
    await bringMirrorUpToDate(deps, place);
    const session = await sessionOf(deps, sessionId);
    if (!session.mayPush || session.branch === undefined) return { kind: 'as_known', session };
    const sha = await place.mirror.branch(session.branch);
    if (isOurs(sha, before) || isOurs(sha, session) || n >= MOST_LOOKS) return { kind: 'as_known', session };
    if (sameAtForge(before, session))
      return sha === undefined ? { kind: 'gone', session } : { kind: 'moved', session, sha };
    before = session;
  }
}

function isOurs(sha: string | undefined, session: Session): boolean {
  if (sha === undefined) return session.pushedSha === undefined;
  return [session.pushedSha, session.pushingSha, session.headSha].includes(sha);
}

function sameAtForge(a: Session, b: Session): boolean {
  return a.branch === b.branch && a.pushedSha === b.pushedSha && a.pushingSha === b.pushingSha;
}

async function forgetBranch(
  deps: WorkDeps,
  { session }: Extract<Look, { kind: 'gone' }>,
): Promise<Session | undefined> {
  return await deps.store.records.sessions.move(session.id, ifStill(session, branchGone));
}

/** Theirs is the truth; what is not in it is kept before the session leaves it. */
async function takeIn(
  deps: WorkDeps,
  { mirror, notes, signal }: Place,
  { session, sha }: Extract<Look, { kind: 'moved' }>,
): Promise<Session | undefined> {
  const kept = await takeAwayWorktree(deps, session, signal);
  const { headSha } = await sessionOf(deps, session.id);
  const left = headSha === undefined || (await isContained(mirror, headSha, sha)) ? undefined : headSha;
  const rescued = left === undefined ? undefined : await rescueCommit(deps, session, left);
  const descends =
    session.baseSha !== undefined &&
    (await mirror.has(session.baseSha)) &&
    (await mirror.isAncestor(session.baseSha, sha));
  const theirs = ifStill(session, (row) => movedByOthers(row, { sha, descends }));
  const taken = await deps.store.records.sessions.move(session.id, theirs);
  if (taken === undefined) return undefined;
  notes.push(
    `Somebody else pushed to \`${session.branch}\`: the worktree now stands at their commit ${sha}.`,
    ...(rescued === undefined
      ? []
      : [
          `The work of kugetsu's agent that is not in it ended at ${rescued.sha} and is kept as ${rescued.name}; take what is still wanted with git cherry-pick.`,
        ]),
    ...kept,
  );
  return taken;
}

/** What the mirror does not hold (it was damaged once) cannot be rescued from it. */
async function isContained(mirror: Mirror, sha: string, tip: string): Promise<boolean> {
  return (await mirror.has(sha)) ? await mirror.isAncestor(sha, tip) : true;
}

/** The move; undefined, so that nothing is written, when a push of ours ended since the session was read. */
function ifStill(
  seen: Session,
  move: (session: Session) => Session,
): (session: Session) => Session | undefined {
  return (row) => (row.pushedSha === seen.pushedSha && row.branch === seen.branch ? move(row) : undefined);
}

async function sessionOf(deps: WorkDeps, id: string): Promise<Session> {
  const session = await deps.store.records.sessions.get(id);
  if (session === undefined) throw new Error(`there is no session ${id}`);
  return session;
}
