// Brings one turn's commits to the session's own branch at the forge, under a lease; told apart from everybody else's pushes.
import { refOf } from '../domain/refs.js';
import type { BranchedSession, Session } from '../domain/session.js';
import { pushed, pushing, pushRefused } from '../domain/session-moves.js';
import type { Forge, GitAccess, Repo } from '../forges/forge.js';
import { branchName } from '../git/branch-name.js';
import { GitError, type Mirror, type PushResult } from '../git/git.js';
import type { WorkDeps } from './deps.js';

export interface Push {
  readonly forge: Forge;
  readonly repo: Repo;
  readonly mirror: Mirror;
  readonly session: Session;
  readonly tip: string;
}

export type Pushed =
  | { readonly ok: true; readonly session: BranchedSession }
  /** A sentence for people. */
  | { readonly ok: false; readonly message: string };

/**
 * What was ordered may be out of date: a later turn contains it (then that much is at the forge already or goes with it), or it
 * was set aside meanwhile, because somebody else pushed or the session began afresh. Then it must not overwrite what came after.
 */
export async function pushWork(deps: WorkDeps, on: Push): Promise<Pushed> {
  const { mirror, session } = on;
  const { headSha, pushedSha, branch } = session;
  if (!(await mirror.has(on.tip))) throw new GitError('not_found', notAtHand(on.tip));
  if (branch !== undefined && pushedSha !== undefined && (await contains(mirror, pushedSha, on.tip)))
    return await stillThere(deps, on, { ...session, branch }, pushedSha);
  if (headSha === undefined || (await contains(mirror, headSha, on.tip))) return await push(deps, on);
  const aside = await setAside(mirror, session, on.tip);
  return aside === undefined ? await push(deps, { ...on, tip: headSha }) : { ok: false, message: aside };
}

/** Known to be at the forge; a branch that was deleted since is pushed anew. */
async function stillThere(
  deps: WorkDeps,
  on: Push,
  session: BranchedSession,
  pushedSha: string,
): Promise<Pushed> {
  const access = await on.forge.gitAccess(on.repo.ref, 'write');
  const there = await on.mirror.remoteBranch(access, session.branch);
  return there === undefined ? await push(deps, { ...on, tip: pushedSha }) : { ok: true, session };
}

async function contains(mirror: Mirror, tip: string, sha: string): Promise<boolean> {
  return tip === sha || ((await mirror.has(tip)) && (await mirror.isAncestor(sha, tip)));
}

/** The sentence that says where it is kept; undefined when it was not set aside (the agent wrote its own commits anew). */
async function setAside(mirror: Mirror, session: Session, tip: string): Promise<string | undefined> {
  for (const [name, sha] of await mirror.kept()) {
    if (!name.startsWith(`rescue/${session.id}`) || !(await contains(mirror, sha, tip))) continue;
    return `This turn's work was set aside before it reached the forge, because somebody else pushed to \`${session.branch}\` or a fresh start was asked for. It ends at ${tip} and is kept on the server as \`refs/kugetsu/${name}\`.`;
  }
  return undefined;
}

function notAtHand(tip: string): string {
  return `The commit ${tip} could not be read from the server's copy of the repository any more. The worktree has it: \`continue\` brings it over again.`;
}

const MOST_TRIES = 20;

async function push(deps: WorkDeps, on: Push): Promise<Pushed> {
  const { forge, repo, mirror, tip } = on;
  const access = await forge.gitAccess(repo.ref, 'write');
  let branch = on.session.branch ?? '';
  let expected = on.session.pushedSha;
  let number = 1;
  for (let n = 1; ; n += 1) {
    await deps.store.records.sessions.move(on.session.id, (row) => pushing(row, tip));
    const result = await mirror.push({ access, sha: tip, branch, expected });
    const met = result.ok
      ? { kind: 'there' as const }
      : await whatIsThere(on, result, { access, branch, expected });
    if (met.kind === 'there') return { ok: true, session: await storePushed(deps, on, branch, expected) };
    if (met.kind === 'theirs' || n > MOST_TRIES) {
      await deps.store.records.sessions.move(on.session.id, pushRefused);
      return { ok: false, message: met.kind === 'theirs' ? met.message : whyStale(branch) };
    }
    if (met.kind === 'taken') {
      number += 1;
      branch = nextName(deps, on, number);
      expected = undefined;
    } else expected = met.sha;
  }
}

type Met =
  /** Our own commit: the push, or an earlier try whose answer was lost, has brought it there. */
  | { readonly kind: 'there' }
  /** Not what was expected, and yet nobody's work is overwritten: no branch at all, or an earlier push of our own. */
  | { readonly kind: 'free'; readonly sha: string | undefined }
  /** A first push met a branch of that name which is not ours: the next free name is used. */
  | { readonly kind: 'taken' }
  | { readonly kind: 'theirs'; readonly message: string };

interface Tried {
  readonly access: GitAccess;
  readonly branch: string;
  readonly expected: string | undefined;
}

/** Only the forge itself knows: the answer to an earlier push may be lost, and a branch may be deleted. */
async function whatIsThere(
  on: Push,
  result: Extract<PushResult, { ok: false }>,
  { access, branch, expected }: Tried,
): Promise<Met> {
  if (result.cause !== 'stale') return { kind: 'theirs', message: whyNotPushed(result, branch) };
  const sha = await on.mirror.remoteBranch(access, branch);
  if (sha === on.tip) return { kind: 'there' };
  const ours = sha === undefined || [on.session.pushingSha, on.session.pushedSha].includes(sha);
  if (ours) return { kind: 'free', sha };
  return expected === undefined && on.session.pushedSha === undefined
    ? { kind: 'taken' }
    : { kind: 'theirs', message: whyStale(branch) };
}

async function storePushed(
  deps: WorkDeps,
  on: Push,
  branch: string,
  expected: string | undefined,
): Promise<BranchedSession> {
  const push = { branch, sha: on.tip, over: [on.session.pushedSha, expected] };
  const session = await deps.store.records.sessions.move(on.session.id, (row) => pushed(row, push));
  return { ...session, branch };
}

function nextName(deps: WorkDeps, { repo, session }: Push, n: number): string {
  const [owner = '', name = ''] = repo.ref.path.split('/');
  return branchName(deps.config().branches.template, { ref: refOf(session.subject), owner, repo: name }, n);
}

function whyNotPushed(result: Extract<PushResult, { ok: false }>, branch: string): string {
  switch (result.cause) {
    case 'unavailable':
    case 'auth':
    case 'archived':
      throw new GitError(result.cause, `cannot push to ${branch}: ${result.message}`);
    case 'stale':
      return whyStale(branch);
    case 'refused':
      return `The forge refused the push to \`${branch}\`: ${result.message}`;
    case 'forbidden':
      return `The forge does not let kugetsu's account push to \`${branch}\`. Whoever runs kugetsu gives it write access to the repository, or a token that may write; \`kugetsu config check --online\` says which is missing.`;
  }
}

function whyStale(branch: string): string {
  return `Somebody else pushed to \`${branch}\` meanwhile, so nothing was overwritten. \`continue\` takes their commits in and goes on.`;
}
