// Where a GitHub App is installed: one installation for each account that owns repositories.
import type { Octokit } from '@octokit/rest';
import { z } from 'zod';
import { ForgeError } from '../forge.js';
import { collectPages } from '../paging.js';
import { MovedError } from '../renames.js';
import { toForgeError } from './errors.js';

export interface Installations {
  /** Of the owner of this repository; looked up once, then remembered. */
  at(path: string): Promise<number>;
  /** The known ones first, then all. */
  all(): AsyncIterable<number>;
  forget(installationId: number): void;
}

const INSTALLATION = z.object({ id: z.int().positive() });
const INSTALLATIONS = z.array(INSTALLATION);
const PAGE = 100;

/** @param app asks as the app itself */
export function createInstallations(app: Octokit): Installations {
  const byOwner = new Map<string, number>();
  return { at, all, forget };

  async function at(path: string): Promise<number> {
    const [owner = '', repo = ''] = path.split('/');
    const known = byOwner.get(owner.toLowerCase());
    if (known !== undefined) return known;
    const id = await lookUp(app, owner, repo);
    byOwner.set(owner.toLowerCase(), id);
    return id;
  }

  async function* all(): AsyncIterable<number> {
    const known = new Set(byOwner.values());
    yield* known;
    for (const { id } of await listAll(app)) if (!known.has(id)) yield id;
  }

  function forget(installationId: number): void {
    for (const [owner, id] of byOwner) if (id === installationId) byOwner.delete(owner);
  }
}

async function lookUp(app: Octokit, owner: string, repo: string): Promise<number> {
  try {
    const { data } = await app.rest.apps.getRepoInstallation({ owner, repo });
    return INSTALLATION.parse(data).id;
  } catch (error) {
    const failed = toForgeError(error, 'look for the installation of the app');
    if (failed instanceof MovedError || failed.code !== 'not_found') throw failed;
    const words = `the app is not installed for ${owner}/${repo}, or there is no such repository`;
    throw new ForgeError('not_found', words, { cause: failed });
  }
}

async function listAll(app: Octokit): Promise<{ readonly id: number }[]> {
  try {
    return await collectPages(
      PAGE,
      async (page) => {
        const { data } = await app.rest.apps.listInstallations({ per_page: PAGE, page });
        return INSTALLATIONS.parse(data);
      },
      (one) => one.id,
    );
  } catch (error) {
    throw toForgeError(error, 'list the installations of the app');
  }
}
