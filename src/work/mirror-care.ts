// Keeps a repository's mirror usable: fetched, and when it turns out to be damaged, moved aside and made anew.
import { join } from 'node:path';
import type { SubjectRef } from '../domain/refs.js';
import type { Forge } from '../forges/forge.js';
import { smellsOfDamage } from '../git/failure.js';
import { GitError, type Mirror } from '../git/git.js';
import { readAccess } from './access.js';
import { orAborted } from './abort.js';
import type { WorkDeps } from './deps.js';

interface Cared {
  readonly forge: Forge;
  readonly mirror: Mirror;
  readonly subject: SubjectRef;
}

export async function bringMirrorUpToDate(
  deps: WorkDeps,
  place: Cared & { readonly notes: string[]; readonly signal: AbortSignal },
): Promise<void> {
  try {
    // A fetch goes on for whoever comes next; the mirror sees to it that there is one at a time.
    await orAborted(place.signal, fetchMirror(deps, place));
  } catch (error) {
    if (!(error instanceof GitError) || error.code !== 'failed') throw error;
    const healed = await healIfDamaged(deps, place, error.message);
    if (healed === undefined) throw error;
    place.notes.push(healed);
  }
}

/** The step, and once more when it failed because the mirror is damaged. */
export async function withCare<T>(deps: WorkDeps, cared: Cared, step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (error) {
    if (!(error instanceof GitError) || (error.code !== 'failed' && error.code !== 'not_found')) throw error;
    if ((await healIfDamaged(deps, cared, error.message)) === undefined) throw error;
    return await step();
  }
}

/** Git follows no redirect: a repository renamed between two questions is asked for under its new name, once. */
async function fetchMirror(deps: WorkDeps, { forge, mirror, subject }: Cared): Promise<void> {
  try {
    await mirror.fetch(await readAccess(deps, forge, subject));
  } catch (error) {
    if (!(error instanceof GitError) || error.code !== 'not_found') throw error;
    await mirror.fetch(await readAccess(deps, forge, subject));
  }
}

/** `healMirror` when the words of what failed point to a damage. */
export async function healIfDamaged(deps: WorkDeps, cared: Cared, why: string): Promise<string | undefined> {
  return smellsOfDamage(why) ? await healMirror(deps, cared) : undefined;
}

/**
 * Call it when something failed that a damaged mirror explains. Undefined when the mirror is whole; else it was made anew and
 * the sentence says where the old one is. Throws `ForgeError` or `GitError` when the forge cannot be read: then nothing moved.
 */
export async function healMirror(
  deps: WorkDeps,
  { forge, mirror, subject }: Cared,
): Promise<string | undefined> {
  if (await mirror.isSound()) return undefined;
  const name = `mirror-${subject.repo.forge}-${subject.repo.id}-${deps.now()}-${deps.newId().slice(0, 4)}`;
  const lost = await mirror.rebuild(await readAccess(deps, forge, subject), join(deps.folders.rescue, name));
  deps.log.error('mirror.rebuilt', { mirror: `${subject.repo.forge}/${subject.repo.id}`, to: name, lost });
  const missing =
    lost.length === 0
      ? ''
      : ` ${lost.length} of its kept commits could not be read there: ${lost.slice(0, 5).join(', ')}.`;
  return `The server's copy of this repository was damaged: it is kept as \`rescue/${name}\`, and a new one was made.${missing}`;
}
