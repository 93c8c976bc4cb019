// What is saved of a session before its things go: its newest work, and the commits that only refs of our own still hold.
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { aboutSession } from '../domain/about.js';
import type { Rescued } from '../domain/rescue.js';
import { worktreeName, worktreeOn, type Session } from '../domain/session.js';
import { isForgeAway } from '../forges/passing.js';
import type { Mirror } from '../git/git.js';
import { describeError } from '../support/errors.js';
import { salvageInTime, type SalvageDeps } from './salvage.js';

/** Where the rescue is, an earlier one too; undefined when everything is at the forge. An earlier rescue of the session is not overwritten. */
export async function rescue(deps: SalvageDeps, session: Session): Promise<Rescued | undefined> {
  const work = (await newestWork(deps, session)) ?? (await asideEarlier(deps, session));
  if (work === undefined) return undefined;
  if (work.kind === 'moved') return { file: work.name, ref: undefined };
  if (session.baseSha === undefined) return undefined;
  const mirror = deps.git.mirror(session.subject.repo);
  const name = await freeName(deps, mirror, session.id, work.sha);
  const file = `${name}.bundle`;
  const bundleFile = join(deps.folders.rescue, file);
  const saved = await mirror.rescue({ name, sha: work.sha, base: session.baseSha, bundleFile });
  return { file, ref: saved.ref };
}

/**
 * The refs of our own that the session still has. What its last commit does not contain gets a bundle first; after a merge the
 * refs beside the bundles go too, since nobody continues from them.
 */
export async function forgetRefs(deps: SalvageDeps, session: Session): Promise<void> {
  const { id, headSha, pushedSha, reap } = session;
  const mirror = deps.git.mirror(session.subject.repo);
  const isReplaced = new RegExp(`^replaced/(rescue-)?${id}-`);
  for (const [ref, sha] of await mirror.kept()) {
    if (!isReplaced.test(ref)) continue;
    const name = `${id}-${sha.slice(0, 12)}`;
    const bundleFile = bundleOf(deps, name);
    const known = existsSync(bundleFile) || (await isIn(mirror, sha, [headSha, pushedSha]));
    if (!known) await mirror.rescue({ name, sha, base: session.baseSha ?? sha, bundleFile });
    await mirror.forget(ref);
  }
  await mirror.forget(id);
  if (reap?.reason !== 'merged') return;
  for (const ref of (await mirror.kept()).keys()) {
    const name = /^rescue\/(.+)$/.exec(ref)?.[1];
    if (name?.startsWith(`${id}-`) === true && existsSync(bundleOf(deps, name))) await mirror.forget(ref);
  }
}

async function isIn(mirror: Mirror, sha: string, tips: readonly (string | undefined)[]): Promise<boolean> {
  for (const tip of tips)
    if (tip !== undefined && (await mirror.has(tip)) && (await mirror.isAncestor(sha, tip))) return true;
  return false;
}

function bundleOf({ folders }: SalvageDeps, name: string): string {
  return join(folders.rescue, `${name}.bundle`);
}

/** Taken by another commit, the next one with a number; the same commit, after a crash say, is saved under its name again. */
async function freeName(deps: SalvageDeps, mirror: Mirror, id: string, sha: string): Promise<string> {
  const kept = await mirror.kept();
  for (let n = 1; ; n += 1) {
    const name = n === 1 ? id : `${id}-${n}`;
    if (!existsSync(bundleOf(deps, name)) || kept.get(`rescue/${name}`) === sha) return name;
  }
}

type Work =
  | { readonly kind: 'commit'; readonly sha: string }
  | { readonly kind: 'moved'; readonly name: string };

/** Closed without a merge: kept even when it is pushed, because the forge may forget the branch. */
async function newestWork(deps: SalvageDeps, session: Session): Promise<Work | undefined> {
  try {
    const unpushed = await salvageInTime(deps, session);
    const sha = unpushed ?? (session.reap?.reason === 'closed' ? session.headSha : undefined);
    return sha === undefined ? undefined : { kind: 'commit', sha };
  } catch (error) {
    if (deps.stopping.aborted || isForgeAway(error)) throw error;
    deps.log.error('reaper.work_not_taken_over', { ...aboutSession(session), why: describeError(error) });
    return await moveAside(deps, session);
  }
}

/** A worktree that a turn could not use any more: nobody knows whether all of it reached the forge. The newest. */
async function asideEarlier({ folders }: SalvageDeps, { id }: Session): Promise<Work | undefined> {
  const names = (await readdir(folders.rescue).catch(() => [])).filter((each) => isWorktreeOf(id, each));
  const name = names.sort(new Intl.Collator('en', { numeric: true }).compare).at(-1);
  return name === undefined ? undefined : { kind: 'moved', name };
}

function isWorktreeOf(id: string, name: string): boolean {
  return name === `${id}-worktree` || name.startsWith(`${id}-worktree-`);
}

/** A worktree whose commits cannot be taken over is not deleted: the whole folder becomes the rescue. */
async function moveAside(deps: SalvageDeps, session: Session): Promise<Work | undefined> {
  const { rescue: folder, worktrees } = deps.folders;
  const from = join(worktrees, worktreeOn(deps.worker, session) ?? worktreeName(session));
  if (!existsSync(from)) return undefined;
  return { kind: 'moved', name: await deps.git.setAside(from, folder, `${session.id}-worktree`) };
}
