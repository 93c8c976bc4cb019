// A repository that takes something new; one that is archived is waited for.
import type { RepoRef } from '../domain/refs.js';
import { ForgeError, type Forge, type Repo } from './forge.js';

/** @throws ForgeError `archived` before anything is tried that could not be brought there */
export async function writable(forge: Forge, ref: RepoRef): Promise<Repo> {
  const repo = await forge.getRepo(ref);
  if (!repo.archived) return repo;
  throw new ForgeError(
    'archived',
    `${repo.ref.path} is archived at the forge and can be read only; this waits until it is unarchived`,
  );
}
